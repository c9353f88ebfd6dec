import type { Chart, ChartFinding } from './chart.ts';
import { toClock } from './clock.ts';
import { howToTake } from './patient.ts';
import { type Proof, toProof } from './proof.ts';

/** The parts of a clinical note, in their order. */
export const parts = ['subjective', 'objective', 'assessment', 'plan'] as const;

export type Part = (typeof parts)[number];

/** A note of what the clinician has decided: nothing in it rests on the machine alone. */
export interface Note {
  schema: 'medzen.note/1';
  recordingId: string;
  revision: number;
  parts: Record<Part, NoteLine[]>;
  /** Findings that nobody has decided: they are not in the note. */
  open: number;
}

export interface NoteLine {
  finding: string;
  sentence: string;
  evidence: Proof[];
}

/** Drafts the note of a chart: S, O, A and P, each sentence with its evidence. */
export function toNote({ recordingId, revision, findings, open }: Chart): Note {
  const decided = Object.values(findings)
    .flat()
    .filter(({ decision, contradictedBy }) => decision !== 'open' && contradictedBy.length === 0);
  const lines = decided.flatMap((finding) =>
    rows.flatMap(([part, sentenceOf]) => {
      const sentence = sentenceOf(finding);
      return sentence === undefined ? [] : [{ part, line: toLine(finding, sentence) }];
    }),
  );
  return {
    schema: 'medzen.note/1',
    recordingId,
    revision,
    parts: Object.fromEntries(
      parts.map((part) => [part, lines.filter((one) => one.part === part).map(({ line }) => line)]),
    ) as Note['parts'],
    open: open.findings,
  };
}

const titles: Readonly<Record<Part, string>> = {
  subjective: 'Subjective',
  objective: 'Objective',
  assessment: 'Assessment',
  plan: 'Plan',
};

/** The note as plain text: a line for each sentence, with the second at which its first evidence was said. */
export function toNoteText({ parts: of, open, revision }: Note): string {
  const blocks = parts.map((part) => {
    const lines = of[part].map(
      ({ sentence, evidence: [first] }) => `- ${sentence}${first ? ` [${toClock(first.startMs)}]` : ''}`,
    );
    return [titles[part], ...(lines.length > 0 ? lines : ['- nothing decided'])].join('\n');
  });
  const left = open > 0 ? [`${open} of the findings are not reviewed and not in this note.`] : [];
  return `${[...blocks, ...left, `Revision ${revision}.`].join('\n\n')}\n`;
}

const toLine = ({ id, evidence }: ChartFinding, sentence: string): NoteLine => ({
  finding: id,
  sentence,
  evidence: evidence.map(toProof),
});

type SentenceOf = (finding: ChartFinding) => string | undefined;

/** What stands in which part. A finding may stand in two: a symptom that was told and that has an accepted code. */
const rows: readonly (readonly [Part, SentenceOf])[] = [
  ['subjective', ({ list, label }) => (list === 'problems' ? `Reports “${label}”.` : undefined)],
  [
    'subjective',
    ({ list, kind, label }) => (list === 'ruledOut' && kind === 'condition' ? `Denies “${label}”.` : undefined),
  ],
  ['subjective', ({ list, label }) => (list === 'pastHistory' ? `Past history: “${label}”.` : undefined)],
  ['subjective', familyHistory],
  ['subjective', socialHistory],
  ['subjective', ({ list, label }) => (list === 'allergies' ? `Allergy: ${label}.` : undefined)],
  ['subjective', medicineSoFar],
  ['objective', results],
  ['assessment', assessment],
  ['plan', medicineToCome],
  ['plan', ({ kind, status, label }) => (isAction(kind) && status === 'planned' ? `${label}.` : undefined)],
];

const isAction = (kind: ChartFinding['kind']) => kind === 'test' || kind === 'procedure';

function familyHistory({ list, label, found }: ChartFinding): string | undefined {
  if (list !== 'familyHistory') return undefined;
  const relative = 'relative' in found ? found.relative : null;
  return `Family history${relative === null ? '' : `, ${relative}`}: “${label}”.`;
}

function socialHistory({ list, status, found }: ChartFinding): string | undefined {
  return list === 'socialHistory' && 'kind' in found ? `${capital(found.kind)}: ${status}.` : undefined;
}

const soFar: Readonly<Record<string, string>> = {
  taking: 'Takes',
  stopped: 'No longer takes',
  'not-taking': 'Does not take',
  'tried-before': 'Has tried',
};

function medicineSoFar({ list, status, label, found, foundAs }: ChartFinding): string | undefined {
  const verb = list === 'medications' ? soFar[status] : undefined;
  if (verb === undefined || changeOf({ found, foundAs, status }) === 'stopped') return undefined;
  return `${verb} ${label}${status === 'taking' && status === foundAs ? howToTake(found) : ''}.`;
}

/** What the machine heard of a change holds as long as its status does. */
function changeOf({ found, foundAs, status }: Pick<ChartFinding, 'found' | 'foundAs' | 'status'>) {
  return status === foundAs && 'change' in found ? found.change : null;
}

function medicineToCome({ list, status, label, found, foundAs }: ChartFinding): string | undefined {
  if (list !== 'medications') return undefined;
  if (status === 'planned') return `Start ${label}${status === foundAs ? howToTake(found) : ''}.`;
  if (status === 'advised-against') return `Advised against ${label}.`;
  const change = changeOf({ found, foundAs, status });
  if (change === 'stopped') return `Stop ${label}.`;
  return change === 'dose-changed' ? `Change the dose of ${label}.` : undefined;
}

function results({ kind, status, foundAs, label, found }: ChartFinding): string | undefined {
  if (!isAction(kind) || status !== foundAs || !('results' in found) || found.results.length === 0) return undefined;
  const values = found.results.map(({ value, unit }) => (unit === null ? value : `${value} ${unit}`));
  return `${capital(label)}: ${values.join(', then ')}.`;
}

/** A condition with a code that the clinician accepted. */
function assessment({ kind, list, label, codes }: ChartFinding): string | undefined {
  if (kind !== 'condition' || (list !== 'problems' && list !== 'possible')) return undefined;
  const accepted = codes
    .filter(({ review }) => review === 'accepted')
    .map(({ code, description }) => [code, description]);
  if (accepted.length === 0) return undefined;
  const words = accepted.map((both) => both.filter((one) => one !== null).join(' ')).join('; ');
  return `${list === 'possible' ? 'Possible: ' : ''}“${label}”: ${words}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
