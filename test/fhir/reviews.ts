import fc from 'fast-check';
import { findingsOf } from '../../pipeline/reading/draw.ts';
import type { Correction, FindingReview, Opened, OpenedCode } from '../../pipeline/reading/opened.ts';
import { toReviewables } from '../../pipeline/reading/patient.ts';

const clinician = 'e5f0b0a0-3d0e-4c55-9f0a-6a3e4f1d2c3b';
const substitute = 'd4c3b2a1-1111-4111-8111-11111111d0c5';
const reviewer = fc.constantFrom(clinician, clinician, substitute);
/** Before and after the consultation was first exported. */
const times = ['2026-11-28T10:00:00.000Z', '2026-11-28T11:00:00.000Z'];
const exportedAt = '2026-11-28T10:30:00.000Z';
const time = fc.constantFrom(...times);
const note = fc.option(fc.constantFrom('asked again', '</div><script>alert(1)</script>', '\u{202e}\u{1f600}'));

/** The consultation after a clinician has decided something about it: findings, codes, words, roles, and a signature. */
export function reviewsOf(opened: Opened): fc.Arbitrary<Opened> {
  const { length: turns } = opened.turns;
  return fc
    .record({
      findingReviews: fc.tuple(...toReviewables(opened).map(findingReview)),
      codes: fc.tuple(...opened.codes.map(codeReview)),
      added: fc.boolean(),
      corrections: turns === 0 ? fc.constant([]) : fc.tuple(roleCorrection(opened), wordsCorrection(opened)),
      recording: fc.record({
        signed: fc.constantFrom(null, 2, 3),
        firstExportedAt: fc.constantFrom(null, exportedAt),
        status: fc.constantFrom('completed', 'completed', 'partial', 'not_coded'),
      }),
    })
    .map(({ findingReviews, codes, added, corrections, recording: { signed, firstExportedAt, status } }): Opened => {
      const [first] = added ? findingsOf(opened) : [];
      const coverage = { complete: status !== 'partial', gaps: status === 'partial' ? [gapOf(opened)] : [] };
      return {
        ...opened,
        revision: 3,
        consultation: { ...opened.consultation, status, coverage },
        findingReviews: findingReviews.filter((review) => review !== null),
        codes: [...codes, ...(first ? [addedCode(first.finding.id)] : [])],
        corrections: corrections.filter((correction) => correction !== null),
        recording: {
          ...opened.recording,
          status,
          firstExportedAt,
          signedAt: signed === null ? null : '2026-11-28T10:45:00.000Z',
          signedBy: signed === null ? null : clinician,
          signedRevision: signed,
        },
      };
    });
}

const gapOf = ({ turns }: Opened) =>
  ({ operation: 'InferICD10CM', begin: 0, end: turns[0]?.end ?? 1, error: 'Throttled' }) as const;

function findingReview({ id, choices }: ReturnType<typeof toReviewables>[number]) {
  const verdicts = [
    { verdict: 'right', status: null },
    ...[null, ...Object.keys(choices)].map((status) => ({ verdict: 'wrong', status }) as const),
  ] as const;
  return fc.option(
    fc
      .tuple(fc.constantFrom(...verdicts), note, time, reviewer)
      .map(([decided, note, at, by]): FindingReview => ({ finding: id, ...decided, note, at, by })),
  );
}

function codeReview(code: OpenedCode): fc.Arbitrary<OpenedCode> {
  return fc
    .tuple(fc.constantFrom('suggested' as const, 'accepted' as const, 'rejected' as const), time, reviewer)
    .map(([review, at, by]) =>
      review === 'suggested' ? code : { ...code, review, reviewedAt: at, reviewedBy: by, note: null },
    );
}

function addedCode(entity: string): OpenedCode {
  return {
    entity,
    system: 'ICD-10-CM',
    code: 'R05.9',
    description: 'Cough, unspecified',
    score: null,
    rank: 1,
    billable: null,
    source: 'clinician',
    review: 'accepted',
    reviewedAt: times[1] ?? null,
    reviewedBy: clinician,
    note: null,
  };
}

function roleCorrection({ turns }: Opened): fc.Arbitrary<Correction | null> {
  const whole = { speaker: turns[0]?.speaker ?? '', fromTurn: 0, toTurn: turns.length - 1 };
  return fc.option(
    fc
      .tuple(time, reviewer, fc.constantFrom('clinician', 'patient', 'other', 'unknown'))
      .map(([at, by, role]): Correction => ({ id: 'role', at, by, kind: 'role', ...whole, role })),
  );
}

function wordsCorrection({ turns }: Opened): fc.Arbitrary<Correction | null> {
  const spoken = turns.filter(({ words }) => words.length > 0);
  if (spoken.length === 0) return fc.constant(null);
  return fc.option(
    fc
      .tuple(fc.constantFrom(...spoken), time, fc.constantFrom('really', '<b>&amp;', '\u{2066}\u{1f600}'))
      .map(([turn, at, becomes]): Correction => {
        const [begin = 0, end = 0] = turn.words[0] ?? [];
        const was = Array.from(turn.text)
          .slice(begin - turn.begin, end - turn.begin)
          .join('');
        return { id: 'words', at, by: clinician, kind: 'words', turn: turn.index, begin, end, was, becomes };
      }),
  );
}
