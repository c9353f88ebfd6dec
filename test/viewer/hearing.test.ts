import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, lastBefore, toIntervals } from '../../viewer/hearing.ts';

const span = (startMs: number, endMs: number) => ({ startMs, endMs });

describe('an evidence is played', () => {
  test.each([
    ['from a little before to a little after', [span(5_000, 7_000)], [span(4_300, 7_250)]],
    ['with the answer that follows', [span(5_000, 7_000), span(8_000, 8_400)], [span(4_300, 8_650)]],
    [
      'without the minutes between',
      [span(5_000, 7_000), span(90_000, 91_000)],
      [span(4_300, 7_250), span(89_300, 91_250)],
    ],
    ['from the beginning', [span(200, 900)], [span(0, 1_150)]],
    ['to the end', [span(99_000, 99_900)], [span(98_300, 100_000)]],
  ])('%s', (_, spans, intervals) => expect(toIntervals(spans, 100_000)).toEqual(intervals));

  test('with every word of every span, in order, and nothing twice', () => {
    const spans = fc.array(fc.tuple(fc.nat(60_000), fc.integer({ min: 1, max: 3_000 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(spans, (made) => {
        const all = made.map(([start, length]) => span(start, start + length));
        const intervals = toIntervals(all, 63_000);
        const isInside = (one: (typeof all)[number]) =>
          intervals.some(({ startMs, endMs }) => startMs <= one.startMs && one.endMs <= endMs);
        expect(all.every(isInside)).toBe(true);
        expect(intervals.every(({ startMs }, at) => at === 0 || startMs > (intervals[at - 1]?.endMs ?? 0))).toBe(true);
      }),
    );
  });
});

test.each([
  [3, true],
  [0, false],
  [10, false],
  [12, true],
])('second %d is reached: %s', (second, isReached) => {
  const ranges = [
    [1, 10],
    [11, 20],
  ] as const;
  const seekable = { length: 2, start: (n: number) => ranges[n]?.[0] ?? 0, end: (n: number) => ranges[n]?.[1] ?? 0 };
  expect(covers(seekable, second)).toBe(isReached);
});

test('a server that cannot jump covers no second at all', () => {
  expect(covers({ length: 1, start: () => 0, end: () => 0 }, 0)).toBe(false);
});

test('the last that begins before a time', () => {
  const starts = [0, 100, 100, 300];
  const at = (ms: number) => lastBefore(starts, ms, (start) => start);
  expect([-1, 0, 99, 100, 299, 300, 999].map(at)).toEqual([-1, 0, 0, 2, 2, 3, 3]);
});
