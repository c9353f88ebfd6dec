import { type Cue, cueNames, hearTalk, type RoleWeights } from '../../pipeline/transcript/roleCues.ts';
import { colleagueShare, otherOdds, type Said, weighCastings } from '../../pipeline/transcript/speakers.ts';
import type { Role } from '../../pipeline/transcript/transcript.ts';
import type { Dialogue } from './corpora.ts';

/** Ridge penalty: a cue that was heard only three times must not decide a role. */
const ridge = 0.00015;
const steps = 300;
/** Where the fit begins: most speakers are no others, and a second clinician is rarer than a relative. */
const firstPriors = [-1, -3, 0];

/** The weights under which the true casting of the dialogues is likeliest. The same dialogues give the same weights. */
export function fitRoles(dialogues: readonly Dialogue[]): RoleWeights {
  const samples = [
    ...dialogues.flatMap((dialogue) => toSamples(dialogue, 1)),
    ...dialogues.flatMap(silence).flatMap((dialogue) => toSamples(dialogue, silentWeight)),
  ];
  return toWeights(climb([...cueNames.map(() => 0), ...cueNames.map(() => 0), ...firstPriors], samples), round);
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Few dialogues are about a patient who says nothing: those where another says more for her are heard without her too. */
const silentShare = 2;
const silentWeight = 0.5;

function silence(dialogue: Dialogue): Dialogue[] {
  const said: Record<Role, number> = { clinician: 0, patient: 0, other: 0, unknown: 0 };
  for (const { label, text } of dialogue.turns) said[dialogue.roles[label] ?? 'unknown'] += text.split(/\s+/).length;
  if (said.patient === 0 || said.other < silentShare * said.patient) return [];
  return [{ ...dialogue, turns: dialogue.turns.filter(({ label }) => dialogue.roles[label] !== 'patient') }];
}

/** A stretch of a dialogue, as long as a short talk: confidence must be right for short talks too. */
export interface Stretch {
  dialogue: Dialogue;
  turns: Said[];
  isWhole: boolean;
}

const lengths = [8, 16, 32, 64, Number.POSITIVE_INFINITY];

/** A dialogue whole and cut into stretches of several lengths, where at least two people speak. */
export function toStretches(dialogue: Dialogue): Stretch[] {
  const turns = toTurns(dialogue);
  return lengths.flatMap((length) => {
    if (Number.isFinite(length) && length >= turns.length) return [];
    const stretches: Stretch[] = [];
    for (let at = 0; at < turns.length; at += length) {
      const part = turns.slice(at, at + length);
      const speakers = new Set(part.map(({ speaker }) => speaker));
      if (speakers.size >= 2) stretches.push({ dialogue, turns: part, isWhole: !Number.isFinite(length) });
    }
    return stretches;
  });
}

/** The turns as a transcript has them: what a speaker says in one go is one turn. */
export function toTurns({ turns }: Pick<Dialogue, 'turns'>): Said[] {
  const said: (Said & { words: string[] })[] = [];
  for (const { label, text } of turns) {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const last = said.at(-1);
    if (last?.speaker === label) {
      last.text += ` ${text}`;
      last.words.push(...words);
    } else if (words.length > 0) said.push({ speaker: label, text, words });
  }
  return said;
}

/** A stretch for the fit: how often each label gives each cue, and where the clinician and the patient stand. */
interface Sample {
  counts: Float64Array[];
  clinician: number;
  /** The number of labels if the patient is none of them. */
  patient: number;
  weight: number;
}

/** Each length counts the same, whatever the number of its stretches. A stretch without a clinician is left out. */
function toSamples(dialogue: Dialogue, weight: number): Sample[] {
  const samples = toStretches(dialogue).flatMap(({ turns }) => {
    const counts = new Map<string, Float64Array>();
    for (const { turn, cues } of hearTalk(turns)) {
      const own = counts.get(turn.speaker) ?? new Float64Array(cueNames.length);
      counts.set(turn.speaker, own);
      for (const cue of cues) own[cueNames.indexOf(cue)]! += 1;
    }
    const roles = [...counts.keys()].map((label) => dialogue.roles[label]);
    const [clinician, patient] = [roles.indexOf('clinician'), roles.indexOf('patient')];
    if (clinician < 0) return [];
    return [{ counts: [...counts.values()], clinician, patient: patient < 0 ? roles.length : patient }];
  });
  return samples.map((sample) => ({ ...sample, weight: weight / samples.length }));
}

/** Numbers in the order of the parameters: the clinician's cues, the other's cues, the priors. */
function toWeights(parameters: Float64Array, round: (value: number) => number): RoleWeights {
  const numberAt = (at: number) => round(parameters[at] ?? 0);
  const weightsFrom = (from: number) =>
    Object.fromEntries(cueNames.map((cue, at) => [cue, numberAt(from + at)])) as Record<Cue, number>;
  const [otherPrior = 0, colleaguePrior = 0, silentPrior = 0] = [0, 1, 2].map((at) =>
    numberAt(2 * cueNames.length + at),
  );
  return {
    clinician: weightsFrom(0),
    other: weightsFrom(cueNames.length),
    otherPrior,
    colleaguePrior,
    silentPrior,
  };
}

/** Gradient ascent with a step per parameter (Adam), smaller towards the end. */
function climb(first: readonly number[], samples: readonly Sample[]): Float64Array {
  const parameters = Float64Array.from(first);
  const [mean, square] = [parameters.map(() => 0), parameters.map(() => 0)];
  for (let step = 1; step <= steps; step += 1) {
    const size = step < 0.7 * steps ? 0.05 : 0.01;
    const slopes = slopesAt(parameters, samples);
    for (const [at, slope] of slopes.entries()) {
      mean[at] = 0.9 * mean[at]! + 0.1 * slope;
      square[at] = 0.99 * square[at]! + 0.01 * slope ** 2;
      const spread = Math.sqrt(square[at] / (1 - 0.99 ** step)) + 1e-7;
      parameters[at]! += (size * mean[at]) / (1 - 0.9 ** step) / spread;
    }
  }
  return parameters;
}

/** The slope of the mean log-likelihood of the true castings, less the ridge on the cues' weights. */
function slopesAt(parameters: Float64Array, samples: readonly Sample[]): Float64Array {
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const slopes = parameters.map((value, at) => (at < 2 * cueNames.length ? -ridge * value : 0));
  const priors = toWeights(parameters, (value) => value);
  for (const sample of samples) addSlopes(slopes, sample, parameters, priors, sample.weight / total);
  return slopes;
}

function addSlopes(
  slopes: Float64Array,
  { counts, clinician, patient }: Sample,
  parameters: Float64Array,
  priors: RoleWeights,
  weight: number,
): void {
  const cues = cueNames.length;
  const sums = counts.map((own) => {
    const sum = { clinician: 0, other: 0 };
    for (let at = 0; at < cues; at += 1) {
      sum.clinician += own[at]! * parameters[at]!;
      sum.other += own[at]! * parameters[cues + at]!;
    }
    return sum;
  });
  const odds = sums.map((sum) => ({ clinician: sum.clinician, other: otherOdds(sum, priors) }));
  const shares = weighCastings(odds, priors.silentPrior);
  for (const [label, own] of counts.entries()) {
    const asClinician = weight * (Number(label === clinician) - shares.clinician[label]!);
    const asOther = -asClinician - weight * (Number(label === patient) - shares.patient[label]!);
    const inColleague = priors.colleaguePrior + colleagueShare * sums[label]!.clinician - odds[label]!.other;
    const asColleague = asOther * Math.exp(inColleague);
    const toClinician = asClinician + asColleague * colleagueShare;
    const toOther = asOther - asColleague;
    for (let at = 0; at < cues; at += 1) {
      slopes[at]! += toClinician * own[at]!;
      slopes[cues + at]! += toOther * own[at]!;
    }
    slopes[2 * cues]! += toOther;
    slopes[2 * cues + 1]! += asColleague;
  }
  slopes[2 * cues + 2]! += weight * (Number(patient === counts.length) - shares.silent);
}
