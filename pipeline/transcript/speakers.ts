import { type Cue, hearCues, type RoleWeights } from './roleCues.ts';
import { roleWeights } from './roleWeights.ts';
import type { Role, RoleAssignment, Turn } from './transcript.ts';

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
export function assignRoles(turns: readonly Turn[]): Map<string, RoleAssignment> {
  const standings = toStandings(turns, roleWeights);
  const total = standings.reduce((sum, { words }) => sum + words, 0);
  const enough = standings.length === 2 ? 0 : Math.max(enoughWords, enoughShare * total);
  const cast = castRoles(
    standings.filter(({ words }) => words >= enough),
    roleWeights,
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

/** Adds up the cues of each label, one pass over the turns. */
export function toStandings(
  turns: readonly { speaker: string; text: string; words: ArrayLike<unknown> }[],
  weights: Pick<RoleWeights, 'clinician' | 'other'>,
): Standing[] {
  const standings = new Map<string, Standing>();
  let before: { speaker: string; text: string } | undefined;
  for (const turn of turns) {
    const { speaker, text, words } = turn;
    const standing = standings.get(speaker) ?? { label: speaker, turns: 0, words: 0, clinician: 0, other: 0 };
    standings.set(speaker, standing);
    standing.turns += 1;
    standing.words += words.length;
    if (standing.turns <= enoughTurns) {
      const cues = hearCues(text, before && before.speaker !== speaker ? before.text : '');
      standing.clinician += sum(cues, weights.clinician);
      standing.other += sum(cues, weights.other);
    }
    before = turn;
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

/** A second clinician asks and explains too, but less: this share of the log-odds speaks for "other" as well. */
const colleague = 0.7;

/** One way to assign the roles, in the order of the labels: one clinician, at most one patient, the rest others. */
interface Casting {
  roles: Role[];
  likelihood: number;
}

/**
 * The likeliest role of each label, over every way to assign roles to all labels together: if one of them is not the
 * clinician, another one is. The confidence is the share of the ways, weighted by likelihood, that agree.
 */
export function castRoles(
  standings: readonly Standing[],
  { scale, otherPrior }: Pick<RoleWeights, 'scale' | 'otherPrior'>,
): Map<string, Part> {
  if (standings.length < 2) return new Map();
  const labels = standings.toSorted((a, b) => b.words - a.words).slice(0, mostLabels);
  const logOdds = (standing: Standing, role: Role): number => {
    if (role === 'clinician') return scale * standing.clinician;
    if (role === 'other') return otherPrior + scale * Math.max(standing.other, colleague * standing.clinician);
    return 0;
  };
  const castings = toCastings(labels, logOdds);
  return new Map(labels.map(({ label }, at) => [label, likeliestPart(castings, at)]));
}

function likeliestPart(castings: readonly Casting[], at: number): Part {
  const total = castings.reduce((all, { likelihood }) => all + likelihood, 0);
  const share = { clinician: 0, patient: 0, other: 0, unknown: 0 };
  for (const { roles, likelihood } of castings) share[roles[at] ?? 'unknown'] += likelihood / total;
  const [role = 'unknown'] = (['clinician', 'patient', 'other'] as const).toSorted((a, b) => share[b] - share[a]);
  return { role, confidence: Math.min(1, share[role]) };
}

function toCastings(labels: readonly Standing[], logOdds: (standing: Standing, role: Role) => number): Casting[] {
  const castings = labels.flatMap((clinician) => {
    const patients = [undefined, ...labels.filter((label) => label !== clinician)];
    return patients.map((patient) => {
      const roleOf = (label: Standing): Role => {
        if (label === clinician) return 'clinician';
        return label === patient ? 'patient' : 'other';
      };
      const log = labels.reduce((all, label) => all + logOdds(label, roleOf(label)), 0);
      return { roles: labels.map(roleOf), log };
    });
  });
  const best = Math.max(...castings.map(({ log }) => log));
  return castings.map(({ roles, log }) => ({ roles, likelihood: Math.exp(log - best) }));
}
