import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toTranscript } from '../../../pipeline/transcript/normalize.ts';
import { codePoints, parseTranscript, turnAt } from '../../../pipeline/transcript/transcript.ts';
import { conversation, jobResult } from '../jobResults.ts';
import { transcriptOf } from '../transcriptOf.ts';
import { inspected, recordingId } from '../visit.ts';

const context = { recordingId, ...inspected.inspection };

test('a transcript is read back as it was written; one that is not there may come later', () => {
  const transcript = toTranscript(jobResult('newer', conversation([0, 'Good 🩺 morning.'])), context);
  expect(parseTranscript(JSON.stringify(transcript))).toEqual(transcript);
  expect(() => parseTranscript(undefined)).toThrow(expect.objectContaining({ name: 'NotThereYet' }));
});

describe('code points', () => {
  test.each<[string, string, number]>([
    ['nothing', '', 0],
    ['an emoji', '🩺', 1],
    ['a letter beyond the first plane among others', 'a𝒜b', 3],
    ['an accent of its own', 'e\u0301', 2],
    ['a family, joined', '👩\u200d👧', 3],
    ['a first half alone', 'a\ud83e', 2],
    ['a second half alone', 'a\udd7a', 2],
    ['the halves of a pair the wrong way round', '\udd7a\ud83e', 2],
  ])('of %s', (_, text, count) => {
    expect(codePoints(text)).toBe(count);
  });

  test('of any text, whole or broken, are as many as it is iterated by', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '🩺', '\ud83e', '\udd7a') });
    fc.assert(
      fc.property(text, (any) => {
        expect(codePoints(any)).toBe(Array.from(any).length);
      }),
    );
  });
});

describe('the turn at an offset', () => {
  const { turns } = transcriptOf([
    [0, 'Any pain 🩺?'],
    [1, 'No.'],
    [0, 'Good.'],
  ]);

  test.each([
    [0, 0],
    [10, 0],
    [11, 0], // the line break belongs to the turn before it
    [12, 1],
    [15, 1],
    [16, 2],
    [20, 2],
    [900, 2],
  ])('%i is turn %i', (offset, index) => {
    expect(turnAt(turns, offset).index).toBe(index);
  });

  test('is found among any number of turns', () => {
    const many = transcriptOf(Array.from({ length: 33 }, (_, n) => [n % 2, 'word '.repeat((n % 4) + 1).trim()])).turns;
    for (let count = 1; count <= many.length; count += 1) {
      const some = many.slice(0, count);
      for (const { begin, end, index } of some) {
        expect([turnAt(some, begin).index, turnAt(some, end - 1).index]).toEqual([index, index]);
      }
    }
  });

  test('of a transcript without turns does not exist', () => {
    expect(() => turnAt([], 0)).toThrow(RangeError);
  });
});
