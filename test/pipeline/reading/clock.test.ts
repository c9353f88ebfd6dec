import { expect, test } from 'vitest';
import { toClock } from '../../../pipeline/reading/clock.ts';

test.each([
  [0, '0:00'],
  [59_999, '0:59'],
  [61_000, '1:01'],
  [187_999, '3:07'],
  [3_599_999, '59:59'],
  [3_661_000, '1:01:01'],
  [3_723_000, '1:02:03'],
])('%i ms are %s', (ms, clock) => {
  expect(toClock(ms)).toBe(clock);
});
