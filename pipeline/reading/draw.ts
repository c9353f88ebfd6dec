import type { Evidence } from '../clinical/evidence.ts';
import { type FindingList, lists } from '../clinical/finding.ts';
import { codeSystems } from '../clinical/operations.ts';
import type { Role, Speaker, Turn } from '../transcript/transcript.ts';
import type {
  Chart,
  ChartCode,
  ChartEvidence,
  ChartFinding,
  ChartTurn,
  Decision,
  Release,
  Signature,
} from './chart.ts';
import { compare, Corrections } from './corrections.ts';
import type { FindingReview, Opened, OpenedCode, OpenedEntity, OpenedRecording } from './opened.ts';
import { type AnyFinding, kindOfFinding, listOfStatus, statusOfFinding } from './statuses.ts';

/** Draws the chart of a consultation: its findings where the clinician's decisions put them, its words as corrected. */
export function toChart(opened: Opened): Chart {
  const desk = new Desk(opened);
  const turns = opened.turns.map((turn) => desk.turn(turn));
  const drawn = findingsOf(opened).map(({ list, finding }) => desk.finding(list, finding));
  const isDropped = ({ decision }: ChartFinding) => decision === 'wrong';
  const kept = drawn.filter((finding) => !isDropped(finding));
  const { recordingId, revision, session, recording, consultation } = opened;
  return {
    recordingId,
    revision,
    session,
    recording,
    speakers: consultation.speakers.map((speaker) => ({ ...speaker, role: roleOf(speaker, turns) })),
    turns,
    findings: Object.fromEntries(
      lists.map((list) => [list, kept.filter((finding) => finding.list === list)]),
    ) as Chart['findings'],
    dropped: drawn.filter(isDropped),
    quality: consultation.quality,
    notLookedFor: lists.filter((list) => !(list in consultation)),
    gaps: consultation.coverage.gaps,
    unmapped: opened.unmapped,
    versions: consultation.versions,
    open: {
      findings: kept.filter(({ decision }) => decision === 'open').length,
      codes: kept.flatMap(({ codes }) => codes).filter(({ review }) => review === 'suggested').length,
    },
    signature: signatureOf(recording, revision),
    release: releaseOf(recording, revision),
  };
}

/** The findings of a consultation in the order in which they are read. One of version 1 lacks some of the lists. */
export function findingsOf({
  consultation,
}: Pick<Opened, 'consultation'>): { list: FindingList; finding: AnyFinding }[] {
  const known: Partial<Record<FindingList, readonly AnyFinding[]>> = consultation;
  return lists.flatMap((list) => (known[list] ?? []).map((finding) => ({ list, finding })));
}

/** A speaker whose every turn was corrected to one role has that role. */
function roleOf({ label, role }: Speaker, turns: readonly ChartTurn[]): Role {
  const [first, ...others] = new Set(turns.filter(({ speaker }) => speaker === label).map((turn) => turn.role));
  return others.length === 0 ? (first ?? role) : role;
}

function signatureOf({ signedRevision }: OpenedRecording, revision: number): Signature {
  if (signedRevision === null) return 'unsigned';
  return signedRevision === revision ? 'signed' : 'amended';
}

function releaseOf({ releasedRevision }: OpenedRecording, revision: number): Release {
  if (releasedRevision === null) return 'unreleased';
  return releasedRevision === revision ? 'released' : 'older';
}

/** What the drawing of each finding looks up. */
class Desk {
  readonly #corrections: Corrections;
  readonly #entities: ReadonlyMap<string, OpenedEntity>;
  readonly #codes: ReadonlyMap<string, OpenedCode[]>;
  readonly #reviews: ReadonlyMap<string, FindingReview>;
  readonly #turns: readonly Turn[];

  constructor(opened: Opened) {
    this.#corrections = new Corrections(opened.corrections);
    this.#entities = new Map(opened.entities.map((entity) => [entity.id, entity]));
    this.#codes = Map.groupBy(opened.codes, ({ entity }) => entity);
    this.#reviews = new Map(opened.findingReviews.map((review) => [review.finding, review]));
    this.#turns = opened.turns;
  }

  turn(turn: Turn): ChartTurn {
    return {
      ...turn,
      role: this.#corrections.roleOf(turn, turn.role),
      heardRole: turn.role,
      corrections: this.#corrections.inside(turn),
    };
  }

  finding(foundIn: FindingList, found: AnyFinding): ChartFinding {
    const kind = kindOfFinding(foundIn, this.#entities.get(found.id));
    const foundAs = statusOfFinding(foundIn, found);
    const review = this.#reviews.get(found.id);
    const codes = this.#codesOf(found);
    const status = review?.status ?? foundAs;
    return {
      id: found.id,
      kind,
      found,
      foundIn,
      foundAs,
      list: status === foundAs ? foundIn : (listOfStatus[kind][status] ?? foundIn),
      status,
      label: this.#labelOf(found),
      decision: decisionOf(review, foundAs, codes),
      decidedAt: review?.at ?? latest(codes.filter(isAccepted))?.reviewedAt ?? null,
      decidedBy: review?.by ?? latest(codes.filter(isAccepted))?.reviewedBy ?? null,
      note: review?.note ?? null,
      reason: found.reason,
      toCheck: review ? null : (found.toCheck ?? null),
      contradictedBy: review ? [] : (found.contradictedBy ?? []),
      codes,
      evidence: found.evidence.map((evidence) => this.#evidence(evidence)),
    };
  }

  #evidence({ entity, turn: index, role, quote, spans, startMs, endMs }: Evidence): ChartEvidence {
    const turn = this.#turns[index];
    const lines = quote.split('\n');
    // A quote has a line for each of its spans, in the same order.
    const corrected = lines.map((line, at) => {
      const span = spans?.[at];
      return span ? this.#corrections.correct(line, span) : line;
    });
    return {
      entity,
      turn: index,
      role: turn ? this.#corrections.roleOf(turn, role) : role,
      quote,
      corrected: corrected.join('\n'),
      spans: spans ?? [],
      startMs,
      endMs,
    };
  }

  /** The label is the words of a mention: where those were corrected, so is it. */
  #labelOf({ label, evidence }: AnyFinding): string {
    const mentions = evidence
      .map(({ entity }) => this.#entities.get(entity))
      .filter((one) => one?.text.toLowerCase() === label.toLowerCase());
    const isInside = ({ begin, end }: { begin: number; end: number }) =>
      mentions.find((mention) => mention && mention.begin <= begin && end <= mention.end);
    const mention = this.#corrections.words.map(isInside).find((one) => one !== undefined);
    return mention ? this.#corrections.correct(mention.text, mention) : label;
  }

  #codesOf({ codes, evidence }: AnyFinding): ChartCode[] {
    const rows = evidence.flatMap(({ entity }) => this.#codes.get(entity) ?? []);
    const suggested = new Map(codes.map((code) => [keyOf(code), code]));
    const all = [...Map.groupBy(rows, keyOf).values()].flatMap((same): ChartCode[] => {
      const row = latest(same) ?? same[0];
      if (!row) return [];
      const { entity: _, ...code } = row;
      const known = suggested.get(keyOf(row));
      const hint = known?.hint ? { hint: known.hint } : {};
      return [{ ...code, ...hint, rank: known?.rank ?? code.rank, entities: same.map(({ entity }) => entity) }];
    });
    // A list leaves out codes that do not fit it, such as that of dependence for somebody who stopped.
    const isShown = (code: ChartCode) => code.review !== 'suggested' || suggested.has(keyOf(code));
    return all.filter(isShown).toSorted(inCodeOrder);
  }
}

function decisionOf(review: FindingReview | undefined, foundAs: string, codes: readonly ChartCode[]): Decision {
  if (!review) return codes.some(isAccepted) ? 'by-code' : 'open';
  if (review.status !== null) return review.status === foundAs ? 'right' : 'changed';
  return review.verdict;
}

const keyOf = ({ system, code }: Pick<OpenedCode, 'system' | 'code'>) => `${system} ${code}`;
const isAccepted = ({ review }: Pick<OpenedCode, 'review'>) => review === 'accepted';

/** The one that was decided on last; undefined where none was. */
function latest<Code extends Pick<OpenedCode, 'review' | 'reviewedAt'>>(codes: readonly Code[]): Code | undefined {
  const decided = codes.filter(({ review }) => review !== 'suggested');
  return decided.toSorted((a, b) => compare(a.reviewedAt ?? '', b.reviewedAt ?? '')).at(-1);
}

function inCodeOrder(a: ChartCode, b: ChartCode): number {
  return (
    Number(isAccepted(b)) - Number(isAccepted(a)) ||
    codeSystems.indexOf(a.system) - codeSystems.indexOf(b.system) ||
    a.rank - b.rank ||
    compare(a.code, b.code)
  );
}
