import { expect, test } from 'vitest';
import { usdOfSpeech } from '../../../pipeline/speech/prices.ts';

test.each([
  ['neural', 1_000_000, 16],
  ['standard', 1_000_000, 4],
  ['neural', 3_000, 0.048],
  ['standard', 0, 0],
] as const)('%s: %i characters cost %d USD', (engine, characters, usd) => {
  expect(usdOfSpeech(engine, characters)).toBeCloseTo(usd, 10);
});
