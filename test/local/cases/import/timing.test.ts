import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Segment } from '../../../../local/cases/import/importedWords.ts';
import { toTimed } from '../../../../local/cases/import/timing.ts';

const durationMs = 10_000;
const word = (text: string, startMs?: number, endMs?: number) => ({ text, startMs, endMs });
const segment = (startMs: number | undefined, endMs: number | undefined, ...words: Segment['words']): Segment => ({
  startMs,
  endMs,
  words,
});
const times = (segments: Segment[]) =>
  toTimed(segments, durationMs).words.map(({ text, startMs, endMs }) => `${text} ${startMs}-${endMs}`);

describe('gives times', () => {
  test.each<[string, Segment[], string[]]>([
    ['of the file', [segment(0, 900, word('a', 0, 400), word('b', 500, 900))], ['a 0-400', 'b 500-900']],
    ['within a segment, by length', [segment(0, 600, word('a'), word('bcd'))], ['a 0-200', 'b'.concat('cd 200-600')]],
    [
      'between the neighbours',
      [segment(0, 1000, word('a', 0, 200), word('b'), word('c'), word('d', 800, 1000))],
      ['a 0-200', 'b 200-500', 'c 500-800', 'd 800-1000'],
    ],
    [
      'over the recording',
      [segment(undefined, undefined, word('abc')), segment(undefined, undefined, word('a'), word('b'))],
      ['abc 0-5000', 'a 5000-7500', 'b 7500-10000'],
    ],
    [
      'to the end of a segment that has only a begin',
      [segment(1000, undefined, word('a')), segment(3000, 4000, word('b'))],
      ['a 1000-3000', 'b 3000-4000'],
    ],
    [
      'in the order of the segments',
      [segment(5000, 6000, word('b')), segment(1000, 2000, word('a'))],
      ['a 1000-2000', 'b 5000-6000'],
    ],
    [
      'in the order of the file where segments overlap a little',
      [segment(1000, 2500, word('a')), segment(900, 3000, word('b'))],
      ['a 1000-2500', 'b 900-3000'],
    ],
    [
      'of two who speak at once',
      [segment(0, 4000, word('a', 0, 1000), word('b', 3000, 4000)), segment(1500, 2000, word('c'))],
      ['a 0-1000', 'b 3000-4000', 'c 1500-2000'],
    ],
    [
      'that do not go backwards',
      [segment(0, 900, word('a', 500, 700), word('b', 100, 300), word('c', 800, 600))],
      ['a 500-700', 'b 500-500', 'c 800-800'],
    ],
    ['to nothing', [segment(0, 900), segment(1000, 2000)], []],
  ])('%s', (_, segments, expected) => expect(times(segments)).toEqual(expected));
});

test.each<[string, Segment[], object]>([
  [
    'words without times',
    [segment(0, 900, word('a', 0, 100), word('b'), word('c', 500, 900))],
    { hasTimes: true, spread: 1 },
  ],
  ['segments with times', [segment(0, 900, word('a'), word('b'))], { hasTimes: true, spread: 2 }],
  ['no times', [segment(undefined, undefined, word('a'))], { hasTimes: false, spread: 1 }],
  ['times that go backwards', [segment(0, 900, word('a', 500, 600), word('b', 100, 200))], { backwards: 1, spread: 0 }],
  ['segments out of order', [segment(5000, 6000, word('b')), segment(1000, 2000, word('a'))], { reordered: true }],
  ['an empty segment out of order', [segment(5000, 6000), segment(1000, 2000, word('a'))], { reordered: false }],
])('counts %s', (_, segments, expected) => expect(toTimed(segments, durationMs)).toMatchObject(expected));

test('loses no word, and ends none before it begins, whatever the times are', () => {
  const time = fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined });
  const words = fc.array(fc.record({ text: fc.constantFrom('a', 'bc', 'def'), startMs: time, endMs: time }), {
    maxLength: 6,
  });
  const segments = fc.array(fc.record({ startMs: time, endMs: time, words }), { maxLength: 6 });
  fc.assert(
    fc.property(segments, (given) => {
      const timed = toTimed(given, durationMs).words;
      const texts = (list: readonly { text: string }[]) => list.map(({ text }) => text).toSorted();
      expect(texts(timed)).toEqual(texts(given.flatMap((one) => one.words)));
      for (const { startMs, endMs } of timed) {
        expect(Number.isInteger(startMs) && Number.isInteger(endMs)).toBe(true);
        expect(endMs).toBeGreaterThanOrEqual(startMs);
      }
    }),
  );
});
