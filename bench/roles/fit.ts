import { companionCues, type Cue, cueNames, hearCues } from '../../pipeline/transcript/roleCues.ts';
import { castRoles, type Standing, toStandings } from '../../pipeline/transcript/speakers.ts';
import type { RoleWeights } from '../../pipeline/transcript/roleCues.ts';
import type { Role } from '../../pipeline/transcript/transcript.ts';
import type { Dialogue } from './corpora.ts';

type CueWeights = Pick<RoleWeights, 'clinician' | 'other'>;

/** Ridge penalty: a cue that was heard only three times must not decide a role. */
const ridge = 0.003;
const steps = 3_000;
const stepSize = 0.5;

/**
 * Two logistic regressions of a turn's speaker on its cues: a clinician or not, and, of those who are not, somebody
 * else or the patient. There is no intercept, because a turn that gives no cue says nothing. Each role counts the same.
 * The method is plain gradient descent, so that the same corpora give the same weights.
 */
export function fitCues(dialogues: readonly Dialogue[]): CueWeights {
  const samples = dialogues.flatMap(toSamples);
  const spoken = samples.filter(({ role }) => role !== 'clinician');
  return {
    clinician: regress(samples, cueNames, (role) => role === 'clinician'),
    other: regress(spoken, companionCues, (role) => role === 'other'),
  };
}

/** Weights of `names` that tell the turns for which `isIt` is true from the rest; both sides count the same. */
function regress<Name extends Cue>(
  samples: readonly Sample[],
  names: readonly Name[],
  isIt: (role: Role) => boolean,
): Record<Name, number> {
  const sides = [0, 0];
  for (const { role, weight } of samples) sides[isIt(role) ? 1 : 0]! += weight;
  const heard = samples.map(({ cues, role, weight }) => ({
    cues: names.flatMap((name, at) => (cues.includes(name) ? [at] : [])),
    target: isIt(role) ? 1 : 0,
    weight: weight / (2 * (sides[isIt(role) ? 1 : 0] ?? 1)),
  }));
  const weights = new Float64Array(names.length);
  for (let step = 0; step < steps; step += 1) {
    const slope = weights.map((weight) => -ridge * weight);
    for (const { cues, target, weight } of heard) {
      const miss = target - 1 / (1 + Math.exp(-cues.reduce((sum, at) => sum + (weights[at] ?? 0), 0)));
      for (const at of cues) slope[at] = (slope[at] ?? 0) + weight * miss;
    }
    for (let at = 0; at < weights.length; at += 1) weights[at] = (weights[at] ?? 0) + stepSize * (slope[at] ?? 0);
  }
  return Object.fromEntries(names.map((name, at) => [name, round(weights[at] ?? 0)])) as Record<Name, number>;
}

const round = (value: number) => Math.round(value * 100) / 100;

interface Sample {
  cues: Cue[];
  role: Role;
  weight: number;
}

/** One sample per turn. A guest clinician is left out: to the record an "other", who would sound like a clinician. */
function toSamples({ turns, roles }: Dialogue): Sample[] {
  const samples = turns.flatMap(({ label, text }, at): Sample[] => {
    const role = roles[label] ?? 'unknown';
    if (label === 'guest_clinician') return [];
    const last = turns[at - 1];
    const cues = hearCues(text, last && last.label !== label ? last.text : '');
    return [{ cues, role, weight: 1 }];
  });
  const counts = Map.groupBy(samples, ({ role }) => role);
  return samples.map((sample) => ({ ...sample, weight: 1 / Math.sqrt(counts.get(sample.role)?.length ?? 1) }));
}

/** A stretch of a dialogue, as long as a short talk: confidence must be right for short talks too. */
export interface Stretch {
  dialogue: Dialogue;
  standings: Standing[];
  turns: number;
}

const lengths = [4, 8, 16, 32, 64, Number.POSITIVE_INFINITY];

/** A dialogue whole and cut into stretches of several lengths in which at least two people speak. */
export function toStretches(dialogue: Dialogue, weights: CueWeights): Stretch[] {
  return lengths.flatMap((length) => {
    if (Number.isFinite(length) && length >= dialogue.turns.length) return [];
    const stretches: Stretch[] = [];
    for (let at = 0; at < dialogue.turns.length; at += length) {
      const turns = dialogue.turns.slice(at, at + length);
      const standings = toStandings(
        turns.map(({ label, text }) => ({ speaker: label, text, words: text.split(/\s+/) })),
        weights,
      );
      if (standings.length >= 2) stretches.push({ dialogue, standings, turns: turns.length });
    }
    return stretches;
  });
}

/** The scale and the prior that make the true roles likeliest. The cues must not have been fitted on the stretches. */
export function fitScale(stretches: readonly Stretch[]): Pick<RoleWeights, 'scale' | 'otherPrior'> {
  let best = { scale: 1, otherPrior: 0, loss: Number.POSITIVE_INFINITY };
  for (let scale = 0.1; scale <= 1.5; scale += 0.05) {
    for (let otherPrior = -6; otherPrior <= 0; otherPrior += 0.25) {
      const loss = stretches.reduce((sum, stretch) => sum + lossOf(stretch, { scale, otherPrior }), 0);
      if (loss < best.loss) best = { scale: round(scale), otherPrior, loss };
    }
  }
  return { scale: best.scale, otherPrior: best.otherPrior };
}

/** The loss of the true roles under the model, in nats. */
function lossOf({ dialogue, standings }: Stretch, weights: Pick<RoleWeights, 'scale' | 'otherPrior'>): number {
  const cast = castRoles(standings, weights);
  return [...cast].reduce((sum, [label, { role, confidence }]) => {
    const right = dialogue.roles[label] === role;
    return sum - Math.log(Math.max(1e-6, right ? confidence : 1 - confidence));
  }, 0);
}
