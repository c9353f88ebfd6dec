import type { CodeSystem } from '../pipeline/clinical/operations.ts';
import { compare } from '../pipeline/reading/corrections.ts';
import type {
  CodeReview,
  Correction,
  FindingReview,
  Opened,
  OpenedCode,
  OpenedRecording,
} from '../pipeline/reading/opened.ts';
import type { RoleCorrection, WordsCorrection } from '../pipeline/reading/opened.ts';

export interface CodeDecision extends Pick<OpenedCode, 'entity' | 'system' | 'code'> {
  /** `suggested` takes an earlier decision back. */
  review: CodeReview;
  note?: string;
}

export interface FindingDecision {
  finding: string;
  /** Null takes an earlier decision back. */
  verdict: 'right' | 'wrong' | null;
  /** What it is instead, where the verdict is `wrong`. */
  status?: string;
  note?: string;
}

/** A code that the clinician typed: it is of the finding's first mention, and accepted. */
export interface OwnCode {
  kind: 'addCode';
  finding: string;
  system: CodeSystem;
  code: string;
}

/** A change as the database's functions take it: one of these is one call. */
export type Change =
  | { kind: 'codes'; decisions: readonly CodeDecision[] }
  | { kind: 'findings'; decisions: readonly FindingDecision[] }
  | RoleCorrection
  | WordsCorrection
  | { kind: 'withdraw'; correction: string }
  | OwnCode
  | StateChange;

/** They say something about a revision and do not make another; no key takes them back. */
export type StateChange = { kind: 'sign' } | { kind: 'release' } | { kind: 'withdrawRelease' };

/** Who changed it and when (ISO 8601, UTC, milliseconds), and the id of a correction that comes of it. */
export interface Stamp {
  at: string;
  by: string;
  id: string;
}

/** The consultation after a change: the same as the database opens after it. Pure. */
export function apply(opened: Opened, change: Change, stamp: Stamp): Opened {
  const { recording, revision } = opened;
  if (change.kind !== 'sign' && change.kind !== 'release' && change.kind !== 'withdrawRelease') {
    return { ...opened, ...changed(opened, change, stamp), revision: revision + 1 };
  }
  return { ...opened, recording: { ...recording, ...stated(opened, change, stamp) } };
}

/** The same state is signed once, and released once. */
function stated({ recording, revision }: Opened, { kind }: StateChange, { at, by }: Stamp): Partial<OpenedRecording> {
  switch (kind) {
    case 'sign':
      return recording.signedRevision === revision ? {} : { signedAt: at, signedBy: by, signedRevision: revision };
    case 'release':
      return recording.releasedRevision === revision ? {} : { releasedAt: at, releasedRevision: revision };
    case 'withdrawRelease':
      return { releasedAt: null, releasedRevision: null };
  }
}

function changed(opened: Opened, change: Exclude<Change, StateChange>, stamp: Stamp): Partial<Opened> {
  switch (change.kind) {
    case 'codes':
      return { codes: withDecisions(opened.codes, change.decisions, stamp) };
    case 'findings':
      return { findingReviews: withReviews(opened.findingReviews, change.decisions, stamp) };
    case 'addCode':
      return { codes: withOwn(opened.codes, change, stamp) };
    case 'role':
    case 'words':
      return { corrections: [...opened.corrections, { ...stamp, ...change }].toSorted(inOrder) };
    case 'withdraw':
      return { corrections: opened.corrections.filter(({ id }) => id !== change.correction) };
  }
}

const inOrder = (a: Correction, b: Correction) => compare(a.at, b.at) || compare(a.id, b.id);
const keyOf = ({ entity, system, code }: Pick<OpenedCode, 'entity' | 'system' | 'code'>) =>
  `${entity} ${system} ${code}`;

function withDecisions(codes: readonly OpenedCode[], decisions: readonly CodeDecision[], { at, by }: Stamp) {
  const made = new Map(decisions.map((decision) => [keyOf(decision), decision]));
  const after = codes.map((code): OpenedCode => {
    const decision = made.get(keyOf(code));
    if (!decision) return code;
    const { review, note = null } = decision;
    if (review === 'suggested') return { ...code, review, reviewedAt: null, reviewedBy: null, note: null };
    return { ...code, review, reviewedAt: at, reviewedBy: by, note };
  });
  // The clinician's own code, taken back, is nobody's suggestion.
  return after.filter(({ source, review }) => source !== 'clinician' || review !== 'suggested');
}

function withOwn(codes: readonly OpenedCode[], { finding, system, code }: OwnCode, { at, by }: Stamp): OpenedCode[] {
  const accepted = { review: 'accepted', reviewedAt: at, reviewedBy: by, note: null } as const;
  const own = { entity: finding, system, code };
  if (codes.some((one) => keyOf(one) === keyOf(own))) {
    return codes.map((one) => (keyOf(one) === keyOf(own) ? { ...one, ...accepted } : one));
  }
  const ranks = codes.filter((one) => one.entity === finding && one.system === system).map(({ rank }) => rank);
  const rank = Math.max(0, ...ranks) + 1;
  const added = {
    ...own,
    description: null,
    score: null,
    rank,
    billable: null,
    source: 'clinician',
    ...accepted,
  } as const;
  return [...codes, added].toSorted(inCodeOrder);
}

const inCodeOrder = (a: OpenedCode, b: OpenedCode) =>
  compare(a.entity, b.entity) || compare(a.system, b.system) || a.rank - b.rank || compare(a.code, b.code);

function withReviews(reviews: readonly FindingReview[], decisions: readonly FindingDecision[], { at, by }: Stamp) {
  const decided = new Set(decisions.map(({ finding }) => finding));
  const made = decisions.flatMap(({ finding, verdict, status = null, note = null }): FindingReview[] =>
    verdict === null ? [] : [{ finding, verdict, status, note, at, by }],
  );
  const kept = reviews.filter(({ finding }) => !decided.has(finding));
  return [...kept, ...made].toSorted((a, b) => compare(a.finding, b.finding));
}

/** The change that takes another back, of the consultation before it and after it; undefined for a signature and for a release. */
export function inverse(before: Opened, after: Opened, change: Change): Change | undefined {
  switch (change.kind) {
    case 'codes':
      return { kind: 'codes', decisions: earlierCodes(before, change.decisions) };
    case 'findings':
      return { kind: 'findings', decisions: change.decisions.map(({ finding }) => earlierReview(before, finding)) };
    case 'role':
    case 'words': {
      const known = new Set(before.corrections.map(({ id }) => id));
      const made = after.corrections.find(({ id }) => !known.has(id));
      return made && { kind: 'withdraw', correction: made.id };
    }
    case 'withdraw': {
      const gone = before.corrections.find(({ id }) => id === change.correction);
      return gone && withoutStamp(gone);
    }
    case 'addCode':
      return { kind: 'codes', decisions: earlierCodes(before, [{ ...change, entity: change.finding }]) };
    case 'sign':
    case 'release':
    case 'withdrawRelease':
      return undefined;
  }
}

function earlierCodes({ codes }: Opened, decided: readonly Pick<OpenedCode, 'entity' | 'system' | 'code'>[]) {
  const before = new Map(codes.map((code) => [keyOf(code), code]));
  return decided.map((one): CodeDecision => {
    const { review = 'suggested', note = null } = before.get(keyOf(one)) ?? {};
    return { entity: one.entity, system: one.system, code: one.code, review, ...noted(note) };
  });
}

function earlierReview({ findingReviews }: Opened, finding: string): FindingDecision {
  const review = findingReviews.find((one) => one.finding === finding);
  if (!review) return { finding, verdict: null };
  const { verdict, status, note } = review;
  return { finding, verdict, ...(status !== null && { status }), ...noted(note) };
}

/** The database takes a text, or no note at all. */
export const noted = (note: string | null) => (note === null || note === '' ? {} : { note });

function withoutStamp({ id: _id, at: _at, by: _by, ...correction }: Correction): Change {
  return correction;
}

/** The function of the database that makes a change. */
const rpcs: Readonly<Record<Change['kind'], string>> = {
  codes: 'review_codes',
  findings: 'review_findings',
  addCode: 'add_code',
  role: 'correct_role',
  words: 'correct_words',
  withdraw: 'withdraw_correction',
  sign: 'sign_consultation',
  release: 'release_results',
  withdrawRelease: 'withdraw_release',
};

/** A change has the names of its function's parameters, in camel case. A release is withdrawn whatever the revision is. */
export function toRpc({ kind, ...change }: Change, { revision }: Opened): { name: string; parameters: object } {
  const named = Object.entries(change).map(([name, value]: [string, unknown]) => [
    name.replace('Turn', '_turn'),
    value,
  ]);
  const parameters = { ...(kind !== 'withdrawRelease' && { revision }), ...(Object.fromEntries(named) as object) };
  return { name: rpcs[kind], parameters };
}
