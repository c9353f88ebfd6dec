import { expect, test } from 'vitest';
import { boundOf, quotas } from '../../../local/burst/quotas.ts';

const load = {
  recordings: 10_000,
  jobMs: 3_000_000_000,
  longestJobMs: 360_000,
  characters: 120_000_000,
  calls: 20_000,
};

test.each([
  ['jobs', load, 12_000],
  ['jobs', { ...load, recordings: 1, jobMs: 360_000, characters: 0, calls: 2 }, 360],
  ['clinicalCharacters', { ...load, characters: 4_000_000_000 }, 100_000],
  ['clinicalCalls', { ...load, calls: 4_000_000 }, 100_000],
  ['starts', { ...load, recordings: 2_500_000 }, 100_000],
])('%s bind', (name, given, seconds) => {
  expect(boundOf(given, quotas.default)).toEqual({ name, seconds });
});
