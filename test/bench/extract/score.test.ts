import { expect, test } from 'vitest';
import { compare, halves, percent, sum } from '../../../bench/extract/score.ts';

test.each([
  ['the codes themselves', undefined, { wanted: 3, found: 1, given: 2, right: 1 }],
  ['their categories', (code: string) => code.slice(0, 3), { wanted: 2, found: 2, given: 2, right: 2 }],
])('answers are compared by %s, each once', (_by, key, score) => {
  const wanted = ['R07.9', 'R07.1', 'J45.909'];
  expect(compare(wanted, ['J45.901', 'R07.9', 'R07.9'], key)).toEqual(score);
});

test('counts add up over texts before they become percent', () => {
  const total = sum([compare(['R05.9'], ['R05.9', 'I10']), compare(['I10', 'E11.9', 'R42'], [])]);
  expect(total).toEqual({ wanted: 4, found: 1, given: 2, right: 1 });
  expect([percent(total.found, total.wanted), percent(total.right, total.given)]).toEqual([25, 50]);
});

test('nothing of nothing is 0 %, not NaN', () => {
  expect(percent(0, 0)).toBe(0);
});

test('halves share nothing and lose nothing', () => {
  expect(halves([1, 2, 3]).map(([, items]) => items)).toEqual([[1, 2], [3]]);
});
