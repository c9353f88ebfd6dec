import { expect, test } from 'vitest';
import { checkMessage, checkMetadata, messageLimit, metadataLimit } from '../../../pipeline/messaging/limits.ts';

test.each([
  ['letters', 'a', 4_096],
  ['letters of two bytes', 'é', 2_048],
  ['signs of four bytes', '😀', 1_024],
])('%s are counted in bytes', (_, letter, most) => {
  expect(() => checkMessage(letter.repeat(most))).not.toThrow();
  expect(() => checkMessage(letter.repeat(most + 1))).toThrow(`and ${messageLimit} are the most`);
});

test('metadata are counted as their JSON', () => {
  const note = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });
  expect(() => checkMetadata(note(metadataLimit))).not.toThrow();
  expect(() => checkMetadata(note(metadataLimit + 1))).toThrow('1025 bytes');
  expect(() => checkMetadata(undefined)).not.toThrow();
});
