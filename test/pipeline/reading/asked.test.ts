import { expect, test } from 'vitest';
import { askedRecording } from '../../../pipeline/reading/asked.ts';

const id = `rec-${'0123456789abcdef'.repeat(2)}`;

test.each([id, `${id}-r2`, `${id}-r10`])('%s is asked for', (given) => expect(askedRecording(given)).toBe(given));

test.each([
  undefined,
  '',
  '..',
  '../../etc/passwd',
  `${id}/../${id}`,
  `${id}\0`,
  `${id}\n`,
  `${id}-r`,
  `${id}-r2-r3`,
  id.toUpperCase(),
  id.slice(0, -1),
  `${id}a`,
  'a'.repeat(1_000),
  "' or true --",
])('%j is answered like a recording of somebody else', (given) => {
  expect(() => askedRecording(given)).toThrow(expect.objectContaining({ code: 'OnlyTheProvider', status: 403 }));
});
