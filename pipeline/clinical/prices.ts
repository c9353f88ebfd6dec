import type { EngineName } from '../recording/route.ts';
import { type Operation, operations } from './operations.ts';

/**
 * List prices in USD, us-east-1, assumed equal elsewhere. Collected from third-party pages that agree with one another
 * in July 2026, not checked against AWS's own: good for an estimate, not for a budget.
 */
export const prices = {
  asOf: '2026-07',
  /** A minute of audio, billed by the second, 15 seconds at least. */
  audioMinute: { 'transcribe-medical': 0.075, transcribe: 0.024 } satisfies Record<EngineName, number>,
  /** A state that a Standard workflow enters. */
  transition: 0.000025,
};

/** What a recording costs in speech-to-text and clinical text calls, in USD, to four places. */
export function estimateUsd(
  engine: EngineName,
  audioSeconds: number,
  units: Partial<Record<Operation, number>>,
): number {
  let usd = usdOfAudio(engine, audioSeconds);
  for (const [operation, count] of Object.entries(units) as [Operation, number][]) usd += usdOfUnits(operation, count);
  return Math.round(usd * 10_000) / 10_000;
}

/** What one job costs, in USD. */
export function usdOfAudio(engine: EngineName, audioSeconds: number): number {
  return (prices.audioMinute[engine] * Math.max(audioSeconds, 15)) / 60;
}

/** What calls of so many units cost, in USD. */
export function usdOfUnits(operation: Operation, units: number): number {
  return operations[operation].usdPerUnit * units;
}
