import { openFiles } from '../../../pipeline/reading/openFiles.ts';
import type { FindingReview, Opened, RoleCorrection, WordsCorrection } from '../../../pipeline/reading/opened.ts';
import { documentsOf } from '../consult.ts';

const codes = { cough: ['R05.9', 'R05.9'], asthma: 'J45.909', cancer: 'C80.1' };

/** A short visit as it is opened: a cough said twice, a denied asthma, a father's cancer. */
export async function openVisit(): Promise<Opened> {
  const lines = [
    'C: What brings you in?',
    'P: I have a [cough].',
    'C: Do you have [asthma]?',
    'P: No.',
    'P: My father had [cancer].',
    'P: The [cough] is worse at night.',
  ];
  return open(lines, { category: 'MEDICAL_CONDITION', type: 'DX_NAME', codes });
}

/** Medicines: one taken, one stopped today, one new. */
export function openMedicines(): Promise<Opened> {
  return open([
    'P: I take [metformin] [500 mg|DOSAGE] [twice a day|FREQUENCY].',
    "C: Let's stop the [ramipril].",
    "C: I'll start you on [losartan] [50 mg|DOSAGE].",
  ]);
}

async function open(lines: readonly string[], options: Parameters<typeof documentsOf>[1] = {}): Promise<Opened> {
  const { transcript, entities, consultation } = await documentsOf(lines, options);
  return openFiles(transcript, entities, consultation);
}

/** The finding with this label, as the machine wrote it. */
export function findingOf({ consultation }: Opened, label: string) {
  const { problems, ruledOut, familyHistory, medications, possible } = consultation;
  const all = [...problems, ...ruledOut, ...familyHistory, ...medications, ...possible];
  const found = all.find((finding) => finding.label === label);
  if (!found) throw new Error(`no ${label} among ${all.map((finding) => finding.label).join(', ')}`);
  return found;
}

const by = { at: '2026-03-04T12:00:00.000Z', by: 'provider' };

export function reviewed(opened: Opened, label: string, review: Partial<FindingReview> = {}): Opened {
  const one = {
    finding: findingOf(opened, label).id,
    verdict: 'right',
    status: null,
    note: null,
    ...by,
    ...review,
  } as const;
  return { ...opened, revision: opened.revision + 1, findingReviews: [...opened.findingReviews, one] };
}

/** The words, said for the nth time, corrected. */
export function corrected(opened: Opened, was: string, becomes: string, nth = 1): Opened {
  const text = opened.turns.map((turn) => turn.text).join('\n');
  let begin = -1;
  for (let n = 0; n < nth; n += 1) begin = text.indexOf(was, begin + 1);
  const turn = opened.turns.findIndex((one) => one.begin <= begin && begin < one.end);
  return overlaid(opened, { kind: 'words', turn, begin, end: begin + was.length, was, becomes });
}

export function overlaid(opened: Opened, correction: RoleCorrection | WordsCorrection): Opened {
  const id = `correction-${opened.corrections.length}`;
  const at = new Date(Date.parse(by.at) + 1000 * opened.corrections.length).toISOString();
  return {
    ...opened,
    revision: opened.revision + 1,
    corrections: [...opened.corrections, { id, ...by, at, ...correction }],
  };
}

/** All suggested codes of a finding decided on. */
export function coded(opened: Opened, label: string, review: 'accepted' | 'rejected'): Opened {
  const mentions = new Set(findingOf(opened, label).evidence.map(({ entity }) => entity));
  const codes = opened.codes.map((code) =>
    mentions.has(code.entity) ? { ...code, review, reviewedAt: by.at, reviewedBy: by.by } : code,
  );
  return { ...opened, revision: opened.revision + 1, codes };
}
