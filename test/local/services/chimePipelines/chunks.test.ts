import { expect, test } from 'vitest';
import { chunksOf, nameAt } from '../../../../local/services/chimePipelines/chunks.ts';

/** 64 ms a frame. */
const sampleRate = 16_000;
const spans = (to: number | undefined, until: number, earlier?: number) =>
  chunksOf({ stretches: [{ from: 0, ...(to !== undefined && { to }) }], chunkMs: 200, sampleRate }, until, earlier).map(
    (span) => [span.from, span.to],
  );

test.each<[string, ReturnType<typeof spans>, number[][]]>([
  [
    'whole ones alone while it lasts',
    spans(undefined, 500),
    [
      [0, 200],
      [200, 400],
    ],
  ],
  [
    'a shorter one at its end',
    spans(300, 500),
    [
      [0, 200],
      [200, 300],
    ],
  ],
  [
    'none in which no frame begins: those of before reach to 256 ms, and to 448 ms',
    spans(420, 500),
    [
      [0, 200],
      [200, 400],
    ],
  ],
  [
    'one that is as long as a frame needs',
    spans(450, 500),
    [
      [0, 200],
      [200, 400],
      [400, 450],
    ],
  ],
  ['those that are new', spans(undefined, 700, 400), [[400, 600]]],
])('%s', (_, found, expected) => expect(found).toEqual(expected));

test('a chunk is named by the time of its beginning', () => {
  expect(nameAt(Date.parse('2026-11-28T09:00:05.007Z'))).toBe('2026-11-28-09-00-05-007');
});
