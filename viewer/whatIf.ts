import type { Weights } from '../pipeline/clinical/assertion/likelihood.ts';
import type { Chart, ChartFinding } from '../pipeline/reading/chart.ts';
import { unpackWeights } from '../pipeline/reading/packedWeights.ts';
import type { StatusChange } from '../pipeline/reading/whatIf.ts';
import type { Change, FindingDecision } from './changes.ts';
import { readingsOf } from './choices.ts';
import { allOf } from './order.ts';
import { giveStatus, wrong } from './verbs.ts';

let unpacked: Promise<Weights> | undefined;

/** The weights that the page carries. They are unpacked when they are first asked for. */
export const weightsIn = (packed: string): Promise<Weights> => (unpacked ??= unpackWeights(packed));

/** Where a change belongs in the list: by the harm it may do, or by why it is not simply taken. */
export const parts = ['opposite', 'one-sided', 'other', 'decided', 'undecidable'] as const;

export interface Line {
  change: StatusChange;
  part: (typeof parts)[number];
  /** As it stands now; undefined for one that the consultation does not have. */
  finding: ChartFinding | undefined;
  /**
   * The statuses to choose from; null: no finding. Two where the machine could not tell which holds, none where no
   * decision says what would change.
   */
  choices: readonly (string | null)[];
  /** The clinician has put it where it would stand, or has said what holds. */
  isDone: boolean;
}

/**
 * The changes as lines, part by part. One that the clinician decided on before is not taken with the others: her word
 * stands until she changes it herself.
 * @param chart the consultation as it was when the changes were asked for: no line moves while they are taken
 */
export function toLines(changes: readonly StatusChange[], chart: Chart): Line[] {
  const findingOf = finder(chart);
  const lines = changes.map((change): Line => {
    const finding = findingOf(change);
    const choices = finding ? choicesOf(change, finding) : [];
    const part = choices.length === 0 ? 'undecidable' : finding?.decision === 'open' ? change.gravity : 'decided';
    return { change, part, finding, choices, isDone: stands(finding, change.decide) };
  });
  return lines.filter(({ isDone }) => !isDone).toSorted((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part));
}

/** The same lines after some were taken or taken back. */
export function asNow(lines: readonly Line[], chart: Chart): Line[] {
  const findingOf = finder(chart);
  return lines.map((line) => {
    const finding = findingOf(line.change);
    const isDecided = line.part !== 'decided' && line.part !== 'undecidable' && finding?.decision !== 'open';
    return { ...line, finding, isDone: isDecided || stands(finding, line.change.decide) };
  });
}

function finder(chart: Chart): (change: StatusChange) => ChartFinding | undefined {
  const findings = new Map(allOf(chart).map((finding) => [finding.id, finding]));
  return ({ finding }) => findings.get(finding ?? '');
}

/** Nobody agrees with one press to what the machine itself does not know: then its two readings are offered. */
function choicesOf({ decide, after }: StatusChange, { kind }: ChartFinding): readonly (string | null)[] {
  if (decide === undefined) return [];
  return after?.toCheck ? readingsOf(kind, after.toCheck) : [decide];
}

/** Whether the clinician has put a finding there. */
function stands(finding: ChartFinding | undefined, decide: string | null | undefined): boolean {
  if (finding === undefined || finding.decision === 'open' || decide === undefined) return false;
  return decide === null ? finding.decision === 'wrong' : finding.decision !== 'wrong' && finding.status === decide;
}

/** The lines that are taken together. */
export const takenTogether = (lines: readonly Line[]) =>
  lines.filter(({ part, choices, isDone }) => !isDone && part !== 'decided' && choices.length === 1);

/** What takes the only choice of each line, or one choice of a line: one change, however many they are. */
export function take(lines: readonly Line[], choice?: string | null): Change[] {
  const decisions = lines.flatMap(({ finding, choices }): readonly FindingDecision[] => {
    const status = choice === undefined ? choices[0] : choice;
    if (!finding || status === undefined) return [];
    const changes = status === null ? wrong(finding) : giveStatus(finding, status);
    return changes.flatMap((change) => (change.kind === 'findings' ? change.decisions : []));
  });
  return decisions.length > 0 ? [{ kind: 'findings', decisions }] : [];
}
