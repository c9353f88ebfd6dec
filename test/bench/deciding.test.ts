import { expect, test } from 'vitest';
import { growthOf, type Talk, timesOf, toLongTalk } from '../../bench/deciding.ts';
import { marked, onAndOn } from '../pipeline/marked.ts';

const pairs = 3;

test('a mention of four hours takes no longer than one of a single hour', async () => {
  const [hour, four] = [await toLongTalk(60), await toLongTalk(240)];
  expect(four.found.length / hour.found.length).toBeCloseTo(4, 0);
  expect(growthOf(timesOf(hour, four, pairs))).toBeLessThanOrEqual(1.5);
});

/** Whatever reads all of a turn, or all mentions of a finding, once for each mention shows here. */
test.each<[string, (words: number) => Talk]>([
  ['a turn without a mark', (words) => marked(`P: ${onAndOn(words, 40)}`)],
  [
    'a question without a mark and an answer as long',
    (words) => marked([`C: ${onAndOn(words, 40)} any allergies?`, `P: ${onAndOn(words, 40)}`]),
  ],
  ['one medicine again and again', (words) => marked(Array(words >> 3).fill('P: I take [+aspirin].'))],
])(
  'nor does one of a longer talk of %s',
  (_, talkOf) => {
    expect(growthOf(timesOf(talkOf(2_000), talkOf(16_000), pairs))).toBeLessThanOrEqual(2);
  },
  120_000,
);

test('the growth is that of the pair in the middle', () => {
  expect(growthOf({ short: [1, 2, 4], long: [3, 2, 8] })).toBe(2);
});
