import { type Kind, readings } from './readings.ts';

/** A cue's log-odds for each reading of a kind, in the order of the readings. */
export type WeightsOf = Readonly<Record<string, readonly number[]>>;
export type Weights = Readonly<Record<Kind, WeightsOf>>;

/** How likely each reading of a mention is by its cues, in the order of {@link readings}: together they are 1. */
export function toLikelihood(kind: Kind, cues: Iterable<string>, weights: Weights): number[] {
  const heard = new Set(cues);
  const scale = scaleOf(heard.size);
  const sums = readings[kind].map(() => 0);
  for (const cue of heard) {
    const row = weights[kind][cue];
    if (row) for (const [at, weight] of row.entries()) sums[at] = (sums[at] ?? 0) + scale * weight;
  }
  const most = Math.max(...sums);
  const odds = sums.map((sum) => Math.exp(sum - most));
  const total = odds.reduce((sum, each) => sum + each, 0);
  return odds.map((each) => each / total);
}

/** The likelihood where one of the readings cannot be: the others share its part. */
export function without(likelihood: readonly number[], reading: number): number[] {
  const rest = 1 - (likelihood[reading] ?? 0);
  return likelihood.map((each, at) => (at === reading ? 0 : each / Math.max(rest, Number.EPSILON)));
}

/** About as many cues as a mention has. */
const usual = 200;

/** What each cue of a mention counts: in a few short lines there are few, and they must not say less for it. */
export const scaleOf = (cues: number): number => Math.sqrt(usual / Math.max(1, cues));
