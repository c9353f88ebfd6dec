import { expect, test } from 'vitest';
import { later } from '../../../pipeline/chats/later.ts';
import { Refusal } from '../../../pipeline/refusals.ts';

test('what fails is left for later, and the log has its name and no text', async () => {
  const lines: unknown[] = [];
  const log = (...line: unknown[]) => void lines.push(line);
  expect(await later({ log }, 'c', async () => 'told')).toBe('told');
  expect(lines).toEqual([]);
  for (const error of [new Refusal('ChimeUnavailable'), new TypeError('the patient said')]) {
    expect(await later({ log }, 'c', () => Promise.reject(error))).toBeUndefined();
  }
  expect(lines).toEqual([
    ['not at Chime yet', { channelId: 'c', errorName: 'ChimeUnavailable' }],
    ['not at Chime yet', { channelId: 'c', errorName: 'TypeError' }],
  ]);
});
