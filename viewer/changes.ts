import { compare } from '../pipeline/reading/corrections.ts';
import type { CodeReview, Correction, FindingReview, Opened, OpenedCode } from '../pipeline/reading/opened.ts';
import type { RoleCorrection, WordsCorrection } from '../pipeline/reading/opened.ts';

export interface CodeDecision extends Pick<OpenedCode, 'entity' | 'system' | 'code'> {
  /** `suggested` takes an earlier decision back. */
  review: CodeReview;
}

export interface FindingDecision {
  finding: string;
  /** Null takes an earlier decision back. */
  verdict: 'right' | 'wrong' | null;
  /** What it is instead, where the verdict is `wrong`. */
  status?: string;
}

/** A change as the database's functions take it: one of these is one call. */
export type Change =
  | { kind: 'codes'; decisions: readonly CodeDecision[] }
  | { kind: 'findings'; decisions: readonly FindingDecision[] }
  | RoleCorrection
  | WordsCorrection
  | { kind: 'withdraw'; correction: string }
  | { kind: 'sign' };

/** Who changed it and when (ISO 8601, UTC, milliseconds), and the id of a correction that comes of it. */
export interface Stamp {
  at: string;
  by: string;
  id: string;
}

/** The consultation after a change: the same as the database opens after it. Pure. */
export function apply(opened: Opened, change: Change, stamp: Stamp): Opened {
  if (change.kind === 'sign') {
    const signed = { signedAt: stamp.at, signedBy: stamp.by, signedRevision: opened.revision };
    return { ...opened, recording: { ...opened.recording, ...signed } };
  }
  return { ...opened, ...changed(opened, change, stamp), revision: opened.revision + 1 };
}

function changed(opened: Opened, change: Exclude<Change, { kind: 'sign' }>, stamp: Stamp): Partial<Opened> {
  switch (change.kind) {
    case 'codes':
      return { codes: withDecisions(opened.codes, change.decisions, stamp) };
    case 'findings':
      return { findingReviews: withReviews(opened.findingReviews, change.decisions, stamp) };
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
  const reviews = new Map(decisions.map((decision) => [keyOf(decision), decision.review]));
  return codes.map((code): OpenedCode => {
    const review = reviews.get(keyOf(code));
    if (review === undefined) return code;
    const isBack = review === 'suggested';
    return { ...code, review, reviewedAt: isBack ? null : at, reviewedBy: isBack ? null : by, note: null };
  });
}

function withReviews(reviews: readonly FindingReview[], decisions: readonly FindingDecision[], { at, by }: Stamp) {
  const decided = new Set(decisions.map(({ finding }) => finding));
  const made = decisions.flatMap(({ finding, verdict, status = null }): FindingReview[] =>
    verdict === null ? [] : [{ finding, verdict, status, note: null, at, by }],
  );
  const kept = reviews.filter(({ finding }) => !decided.has(finding));
  return [...kept, ...made].toSorted((a, b) => compare(a.finding, b.finding));
}

/** The change that takes another back, of the consultation before it and after it; undefined for a signature. */
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
    case 'sign':
      return undefined;
  }
}

function earlierCodes({ codes }: Opened, decisions: readonly CodeDecision[]): CodeDecision[] {
  const reviews = new Map(codes.map((code) => [keyOf(code), code.review]));
  return decisions.map((decision) => ({ ...decision, review: reviews.get(keyOf(decision)) ?? 'suggested' }));
}

function earlierReview({ findingReviews }: Opened, finding: string): FindingDecision {
  const review = findingReviews.find((one) => one.finding === finding);
  if (!review) return { finding, verdict: null };
  const { verdict, status } = review;
  return status === null ? { finding, verdict } : { finding, verdict, status };
}

function withoutStamp({ id: _id, at: _at, by: _by, ...correction }: Correction): Change {
  return correction;
}
