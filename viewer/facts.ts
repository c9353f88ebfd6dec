import type { ChartCode, ChartFinding } from '../pipeline/reading/chart.ts';
import { byClinician } from '../pipeline/clinical/reasonGroups.ts';
import { changeOf } from './order.ts';
import { words } from './words.ts';

/** Sign and word of a status. */
export interface StatusWord {
  sign: string;
  word: string;
  /** How it is coloured, beside sign and word. */
  tone: 'there' | 'not-there' | 'unsure' | 'before' | 'alert';
}

const tones: Readonly<Record<string, StatusWord['tone']>> = {
  allergic: 'alert',
  absent: 'not-there',
  'ruled-out': 'not-there',
  'not-taking': 'not-there',
  'advised-against': 'not-there',
  stopped: 'before',
  never: 'not-there',
  possible: 'unsure',
  historical: 'before',
  family: 'before',
  'tried-before': 'before',
  former: 'before',
};

export function statusWord(status: string): StatusWord {
  const [sign, word] = words.statuses[status] ?? ['·', status];
  return { sign, word, tone: tones[status] ?? 'there' };
}

/** A denial of the patient and a "no" of the clinician are one status and two words. */
export function statusOf({ status, foundAs, reason }: ChartFinding): StatusWord {
  return statusWord(status === 'absent' && status === foundAs && byClinician.has(reason) ? 'ruled-out' : status);
}

/** What stands beside a label: dose, change, relative, results. Facts of the machine hold as long as its status does. */
export function factsOf(finding: ChartFinding): string[] {
  const { found, foundAs, status } = finding;
  const change = changeOf(finding);
  const changes = change === null ? [] : [words.medicineChanges[change]];
  if (status !== foundAs) return changes;
  if ('dose' in found) {
    const said = [found.dose, found.form, found.route, found.frequency, found.duration];
    return [...changes, ...said.map((all) => all.join(' / ')).filter((text) => text !== '')];
  }
  if ('relative' in found) return found.relative === null ? [] : [found.relative];
  if ('results' in found) return found.results.map(({ value, unit }) => (unit === null ? value : `${value} ${unit}`));
  return 'kind' in found ? [words.habits[found.kind]] : [];
}

/** The code that a line shows: the accepted one, else the best that is left. */
export function bestCode({ codes }: ChartFinding): ChartCode | undefined {
  return codes.find(({ review }) => review !== 'rejected');
}

/** Scores are shown as this word only: below them, a reader does better to listen first. */
const sureFindings = 0.7;
const sureCodes = 0.5;

export const isUnsure = ({ found, decision }: ChartFinding) => decision === 'open' && found.score < sureFindings;
export const isUnsureCode = ({ score, review }: ChartCode) =>
  review === 'suggested' && score !== null && score < sureCodes;
