import type { Engine } from './voices.ts';

/** List prices in USD of a million characters. From memory, and not checked against AWS's own: good for an estimate. */
export const speechPrices: Readonly<Record<Engine, number>> = { standard: 4, neural: 16 };

/** What it costs to have so many characters spoken, in USD. */
export function usdOfSpeech(engine: Engine, characters: number): number {
  return (speechPrices[engine] * characters) / 1_000_000;
}
