import type { TranscriptEngine } from '../transcript/transcript.ts';
import { type Operation, operations } from './operations.ts';

/**
 * List prices in USD for us-east-1, assumed to be equal elsewhere. They were collected in July 2026 from third-party
 * pages that agree with one another, and not checked against AWS's own: good for an estimate, not for a budget.
 */
export const prices = {
  asOf: '2026-07',
  /** A minute of audio, billed by the second, 15 seconds at least. */
  audioMinute: { 'transcribe-medical': 0.075, transcribe: 0.024, imported: 0 } satisfies Record<
    TranscriptEngine,
    number
  >,
  /** Each state that a Standard workflow enters. */
  transition: 0.000025,
};

/**
 * The cost of a recording's speech-to-text and clinical text calls, in USD, to four places.
 * @param audioSeconds null when no job was paid for
 */
export function estimateUsd(
  engine: TranscriptEngine,
  audioSeconds: number | null,
  units: Partial<Record<Operation, number>>,
): number {
  let usd = audioSeconds === null ? 0 : usdOfAudio(engine, audioSeconds);
  for (const [operation, count] of Object.entries(units) as [Operation, number][]) usd += usdOfUnits(operation, count);
  return Math.round(usd * 10_000) / 10_000;
}

/** The cost of one speech-to-text job, in USD. */
export function usdOfAudio(engine: TranscriptEngine, audioSeconds: number): number {
  return (prices.audioMinute[engine] * Math.max(audioSeconds, 15)) / 60;
}

/** The cost of calls with this many units in all, in USD. */
export function usdOfUnits(operation: Operation, units: number): number {
  return operations[operation].usdPerUnit * units;
}
