import { type Cue, hearCues, hearTalk, type RoleWeights } from './roleCues.ts';
import { roleWeights } from './roleWeights.ts';
import type { Role, RoleAssignment } from './transcript.ts';

/** A turn, as far as its speaker's role goes. */
export interface Said {
  speaker: string;
  text: string;
  words: ArrayLike<unknown>;
}

/** Sums over one label: its turns, its words, and the weights of its cues. */
export interface Standing {
  label: string;
  turns: number;
  words: number;
  clinician: number;
  other: number;
}

/** Below this a role is a guess, and a guess is worse than no role. */
export const sure = 0.9;

/** A label with fewer words than this, or with less than this share of all words, is mostly noise. */
const enoughWords = 20;
const enoughShare = 0.05;

/** A speaker is known after this many turns; more only cost time. */
const enoughTurns = 200;

/** No more labels than this are cast: the number of castings is their square. */
const mostLabels = 10;

/**
 * Finds out who the clinician is and who the patient, from what they say. Labels carry no meaning: the patient is spk_0
 * as often as not. A speaker who talks about the patient as somebody else is `other`, and so is a second clinician.
 */
export function assignRoles(turns: readonly Said[], weights: RoleWeights = roleWeights): Map<string, RoleAssignment> {
  const standings = toStandings(turns, weights);
  const total = standings.reduce((sum, { words }) => sum + words, 0);
  const enough = standings.length === 2 ? 0 : Math.max(enoughWords, enoughShare * total);
  const cast = castRoles(
    standings.filter(({ words }) => words >= enough),
    weights,
  );
  return new Map(standings.map(({ label }) => [label, toAssignment(cast.get(label))]));
}

function toAssignment(part: Part | undefined): RoleAssignment {
  if (!part || part.confidence < sure) return { role: 'unknown', roleConfidence: 0, roleEvidence: 'none' };
  return { role: part.role, roleConfidence: Math.round(part.confidence * 1000) / 1000, roleEvidence: 'dialogue' };
}

/** How much more likely a clinician than a patient is to say this, in log-odds. */
export function leaning(text: string): number {
  return sum(hearCues(text, ''), roleWeights.clinician);
}

/** Adds up the cues of each label. Turns after the last one that counts are not listened to. */
export function toStandings(turns: readonly Said[], weights: Pick<RoleWeights, 'clinician' | 'other'>): Standing[] {
  const standings = new Map<string, Standing>();
  let heard = 0;
  for (const [at, { speaker: label, words }] of turns.entries()) {
    const standing = standings.get(label) ?? { label, turns: 0, words: 0, clinician: 0, other: 0 };
    standings.set(label, standing);
    standing.turns += 1;
    standing.words += words.length;
    if (standing.turns <= enoughTurns) heard = at + 1;
  }
  const left = new Map([...standings.keys()].map((label) => [label, enoughTurns]));
  for (const { turn, cues } of hearTalk(turns.slice(0, heard))) {
    const [standing, more = 0] = [standings.get(turn.speaker), left.get(turn.speaker)];
    left.set(turn.speaker, more - 1);
    if (!standing || more <= 0) continue;
    standing.clinician += sum(cues, weights.clinician);
    standing.other += sum(cues, weights.other);
  }
  return [...standings.values()];
}

const sum = (cues: readonly Cue[], weights: Readonly<Partial<Record<Cue, number>>>) =>
  cues.reduce((total, cue) => total + (weights[cue] ?? 0), 0);

/** A label's likeliest role, and how likely it is, 0 to 1. */
export interface Part {
  role: Role;
  confidence: number;
}

/** A second clinician asks and explains too, but less: this share of the clinician's log-odds counts for one. */
export const colleagueShare = 0.6;

type Priors = Omit<RoleWeights, 'clinician' | 'other'>;

/**
 * The likeliest role of each label, over every way to cast all labels together: one clinician, at most one patient, the
 * rest others. If one of them is not the clinician, another one is. The confidence is the share of the castings, weighted
 * by likelihood, that agree.
 */
export function castRoles(standings: readonly Standing[], priors: Priors): Map<string, Part> {
  if (standings.length < 2) return new Map();
  const labels = standings.toSorted((a, b) => b.words - a.words).slice(0, mostLabels);
  const odds = labels.map((label) => ({ clinician: label.clinician, other: otherOdds(label, priors) }));
  const { clinician, patient } = weighCastings(odds, priors.silentPrior);
  return new Map(labels.map(({ label }, at) => [label, toPart(clinician[at] ?? 0, patient[at] ?? 0)]));
}

function toPart(clinician: number, patient: number): Part {
  const other = 1 - clinician - patient;
  if (clinician > Math.max(patient, other)) return { role: 'clinician', confidence: Math.min(1, clinician) };
  if (patient > other) return { role: 'patient', confidence: Math.min(1, patient) };
  return { role: 'other', confidence: Math.min(1, other) };
}

/** An "other" is either somebody who speaks of the patient or a second clinician; in log-odds against the patient. */
export function otherOdds({ clinician, other }: Pick<Standing, 'clinician' | 'other'>, priors: Priors): number {
  const [companion, colleague] = [priors.otherPrior + other, priors.colleaguePrior + colleagueShare * clinician];
  return Math.max(companion, colleague) + Math.log1p(Math.exp(-Math.abs(companion - colleague)));
}

/** The likelihood of each label to be the clinician, and to be the patient; and that of no patient at all. */
interface Shares {
  clinician: number[];
  patient: number[];
  silent: number;
}

/**
 * Weighs all castings of labels with these log-odds against the patient. Everybody counts as an other, but for one
 * clinician and for the patient, if there is one.
 */
export function weighCastings(odds: readonly { clinician: number; other: number }[], silentPrior: number): Shares {
  const asClinician = odds.map(({ clinician, other }) => clinician - other);
  const asPatient = [...odds.map(({ other }) => -other), silentPrior];
  const ways = asClinician.flatMap((gain, one) =>
    asPatient.flatMap((more, two) => (one === two ? [] : [{ one, two, log: gain + more }])),
  );
  const best = Math.max(...ways.map(({ log }) => log));
  const [clinician, patient] = [asClinician.map(() => 0), asPatient.map(() => 0)];
  const total = ways.reduce((sum, { log }) => sum + Math.exp(log - best), 0);
  for (const { one, two, log } of ways) {
    const share = Math.exp(log - best) / total;
    clinician[one]! += share;
    patient[two]! += share;
  }
  const silent = patient.pop() ?? 0;
  return { clinician, patient, silent };
}
