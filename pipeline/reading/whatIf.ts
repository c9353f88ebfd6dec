import type { Weights } from '../clinical/assertion/likelihood.ts';
import type { ToCheck } from '../clinical/entities.ts';
import type { FindingList, Findings } from '../clinical/finding.ts';
import type { Reason } from '../clinical/reasons.ts';
import { findingsOf } from './draw.ts';
import type { Opened, OpenedEntity } from './opened.ts';
import { redecide } from './redecide.ts';
import { type AnyFinding, type FindingKind, kindOfFinding, listOfStatus, statusOfFinding } from './statuses.ts';

/** What the machine would have found, had it heard each speaker in the role that the clinician gives them. */
export interface WhatIf {
  /** Those that may do harm first, then in the order in which findings are read. Empty without a correction of a role. */
  changes: StatusChange[];
  /**
   * How many findings this version of the product decides differently from the one that stored them, whoever speaks. They
   * are no changes: what it decides with the roles as they were heard is compared with what it decides with the others.
   */
  otherwise: number;
}

export interface StatusChange {
  /** Of the consultation; null for one that it does not have. */
  finding: string | null;
  label: string;
  /** Null: it would be a finding only then. */
  before: Standing | null;
  /** Null: it would be none. */
  after: Standing | null;
  /** Some of its mentions would stay what the finding is or would be: the label of that finding, null for any other. */
  splitsFrom: string | null;
  gravity: Gravity;
  /**
   * The status to give the finding so that it stands where it would; null: it is no finding. Undefined where no decision
   * on a finding says so: for one that would appear or split off, and for a status that its kind does not have.
   */
  decide: string | null | undefined;
}

export interface Standing {
  list: FindingList;
  status: string;
  reason: Reason;
  toCheck: ToCheck | null;
}

/** How wrong it is to read the one as the other, the worst first. */
const gravities = ['opposite', 'one-sided', 'other'] as const;

/**
 * `opposite`: present and absent, taking and stopped, and all that begins or ends as an allergy. `one-sided`: one of the
 * two is a plain yes or no, the other is open, past, planned or somebody else's.
 */
export type Gravity = (typeof gravities)[number];

/**
 * What the corrections of roles would change, decided by the product's own rules and weights. Nothing is changed here. Of a
 * finding only the status is compared: its dose, results, relative and contradictions stay those that were found. Words
 * count as they were transcribed, not as they were corrected.
 */
export function whatIf(opened: Opened, weights: Weights): WhatIf {
  const stored = placed(opened.consultation);
  const heard = asHeard(opened, weights);
  const otherwise = differences(heard, stored);
  if (!opened.corrections.some(({ kind }) => kind === 'role')) return { changes: [], otherwise };
  const corrected = placed(redecide(opened, 'corrected', weights));
  const entities = new Map(opened.entities.map((entity) => [entity.id, entity]));
  const standing = new Map(stored.map((one) => [one.finding.id, one.standing]));
  const changes = [...turnedInto(heard, corrected, entities), ...newOnes(heard, corrected)].filter(
    // Another version may have found something else: then there is nothing to change, or it stands so already.
    ({ finding, after }) => finding === null || (standing.has(finding) && !isSame(standing.get(finding), after)),
  );
  return { changes: changes.toSorted(byGravity), otherwise };
}

/** Decided once for all corrections of an opened consultation: what was heard and found stays the same list of entities. */
const known = new WeakMap<Opened['entities'], { weights: Weights; heard: readonly Placed[] }>();

function asHeard(opened: Opened, weights: Weights): readonly Placed[] {
  const earlier = known.get(opened.entities);
  if (earlier?.weights === weights) return earlier.heard;
  const heard = placed(redecide(opened, 'heard', weights));
  known.set(opened.entities, { weights, heard });
  return heard;
}

const byGravity = (a: StatusChange, b: StatusChange) => gravities.indexOf(a.gravity) - gravities.indexOf(b.gravity);

/** A finding where it stands. */
interface Placed {
  finding: AnyFinding;
  standing: Standing;
  mentions: ReadonlySet<string>;
}

function placed(consultation: Findings & Partial<Opened['consultation']>): Placed[] {
  return findingsOf({ consultation: consultation as Opened['consultation'] }).map(({ list, finding }) => ({
    finding,
    standing: {
      list,
      status: statusOfFinding(list, finding),
      reason: finding.reason,
      toCheck: finding.toCheck ?? null,
    },
    mentions: new Set(finding.evidence.map(({ entity }) => entity)),
  }));
}

function isSame(one: Standing | null | undefined, other: Standing | null | undefined): boolean {
  return one?.list === other?.list && one?.status === other?.status;
}

function differences(some: readonly Placed[], others: readonly Placed[]): number {
  const standings = new Map(others.map(({ finding, standing }) => [finding.id, standing]));
  const known = new Set(some.map(({ finding }) => finding.id));
  const changed = some.filter(({ finding, standing }) => !isSame(standing, standings.get(finding.id)));
  return changed.length + others.filter(({ finding }) => !known.has(finding.id)).length;
}

/** Of each finding that there is, what becomes of it. */
function turnedInto(
  heard: readonly Placed[],
  corrected: readonly Placed[],
  entities: ReadonlyMap<string, OpenedEntity>,
): StatusChange[] {
  return heard.flatMap((before): StatusChange[] => {
    const { finding, standing } = before;
    const after = heirOf(before, corrected)?.standing ?? null;
    if (isSame(standing, after)) return [];
    const kind = kindOfFinding(standing.list, entities.get(finding.id));
    const decide = after === null ? null : decisionFor(kind, after);
    return [
      {
        finding: finding.id,
        label: finding.label,
        before: standing,
        after,
        splitsFrom: null,
        gravity: gravityOf(standing, after),
        decide,
      },
    ];
  });
}

/** What stands in the place of a finding: that which has its first mention, else any other of them. */
function heirOf({ finding, mentions }: Placed, corrected: readonly Placed[]): Placed | undefined {
  const all = corrected.filter((one) => [...mentions].some((mention) => one.mentions.has(mention)));
  return all.find((one) => one.mentions.has(finding.id)) ?? all[0];
}

function decisionFor(kind: FindingKind, { list, status }: Standing): string | undefined {
  return listOfStatus[kind][status] === list ? status : undefined;
}

/** Findings that take the place of none: of mentions that were in none, or that part from the others of theirs. */
function newOnes(heard: readonly Placed[], corrected: readonly Placed[]): StatusChange[] {
  const heirs = new Set(heard.map((before) => heirOf(before, corrected)));
  return corrected
    .filter((one) => !heirs.has(one))
    .map(({ finding: { label }, standing, mentions }) => {
      const from = heard.find((before) => [...mentions].some((mention) => before.mentions.has(mention)));
      return {
        finding: null,
        label,
        before: from?.standing ?? null,
        after: standing,
        splitsFrom: from?.finding.label ?? null,
        gravity: gravityOf(from?.standing ?? null, standing),
        decide: undefined,
      };
    });
}

const there: ReadonlySet<string> = new Set(['present', 'taking', 'current', 'allergic']);
const notThere: ReadonlySet<string> = new Set(['absent', 'not-taking', 'advised-against', 'stopped', 'never']);

function gravityOf(before: Standing | null, after: Standing | null): Gravity {
  const [was, is] = [answerOf(before), answerOf(after)];
  if (was !== is && was !== undefined && is !== undefined) return 'opposite';
  if (before?.status === 'allergic' || after?.status === 'allergic') return 'opposite';
  return was === is ? 'other' : 'one-sided';
}

function answerOf(standing: Standing | null): 'yes' | 'no' | undefined {
  const status = standing?.status ?? '';
  if (there.has(status)) return 'yes';
  return notThere.has(status) ? 'no' : undefined;
}
