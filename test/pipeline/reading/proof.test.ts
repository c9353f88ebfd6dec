import { expect, test } from 'vitest';
import { toProof } from '../../../pipeline/reading/proof.ts';

const span = (startMs: number, endMs: number) => ({ turn: 0, begin: 0, end: 1, startMs, endMs });
const evidence = {
  entity: 'e',
  turn: 0,
  role: 'patient',
  quote: 'as heard',
  corrected: 'as said',
  startMs: 5,
  endMs: 6,
} as const;

test.each([
  ['from its first span to its last', [span(2, 4), span(7, 9)], 2, 9],
  ['by the mention itself, in a version that has no spans', [], 5, 6],
])('a proof is timed %s, with the corrected words', (_, spans, startMs, endMs) => {
  expect(toProof({ ...evidence, spans })).toEqual({ role: 'patient', quote: 'as said', startMs, endMs });
});
