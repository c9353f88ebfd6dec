import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { counted } from '../commandLine.ts';
import type { Outcome } from './outcome.ts';

/** A line about a case that was run by itself; below it why it failed and what differs. */
export function describeOutcome(outcome: Outcome): string {
  return [`${markOf(outcome)} ${outcome.name.padEnd(34)} ${factsOf(outcome)}`, ...explain(outcome)].join('\n');
}

function factsOf(outcome: Outcome): string {
  const { status, words, entities, duplicate } = outcome;
  if (duplicate) return `duplicate: ${originalOf(outcome)}`;
  if (status === 'ignored') return `${endOf(outcome)}  no execution started: the log of startWorkflow says why`;
  const results = isRead(outcome) ? [counted(words, 'word'), counted(entities, 'entity', 'entities')] : [];
  return `${endOf(outcome)}  ${[...results, timeOf(outcome)].join(', ')}`;
}

/** The columns of a table of cases. */
const columns: readonly [title: string, cell: (outcome: Outcome) => number | null][] = [
  ['words', ({ words }) => words],
  ['entities', ({ entities }) => entities],
  ['ICD-10-CM', ({ codes }) => codes.icd10cm],
  ['billable', ({ codes }) => codes.billable],
  ['RxNorm', ({ codes }) => codes.rxNorm],
  ['SNOMED CT', ({ codes }) => codes.snomedCt],
];
const endWidth = 32;
const timeWidth = 8;

/** The first line of a table of cases, whose longest name has `nameWidth` characters. */
export function outcomeHeading(nameWidth: number): string {
  const titles = columns.map(([title]) => `  ${title}`).join('');
  return `  ${'case'.padEnd(nameWidth)}  ${'ended'.padEnd(endWidth)}${titles}${'time'.padStart(timeWidth)}`;
}

/** The line of a case in such a table, and below it what it duplicates, why it failed and what differs. */
export function outcomeRow(outcome: Outcome, nameWidth: number): string {
  const { name, duplicate } = outcome;
  const cells = columns.map(([title, cell]) => {
    const value = isRead(outcome) && !duplicate ? (cell(outcome)?.toLocaleString('en-US') ?? '-') : '';
    return `  ${value.padStart(title.length)}`;
  });
  const end = duplicate ? 'duplicate' : endOf(outcome);
  const row = `${markOf(outcome)} ${name.padEnd(nameWidth)}  ${end.padEnd(endWidth)}${cells.join('')}`;
  const original = duplicate ? wrapped(originalOf(outcome), '    ') : [];
  return [`${row}${timeOf(outcome).padStart(timeWidth)}`, ...original, ...explain(outcome)].join('\n');
}

/** What the columns of such a table count. */
export const outcomeLegend = [
  'ICD-10-CM, RxNorm and SNOMED CT count the findings that have such a code;',
  'billable counts the codes that the ICD-10-CM table calls so (- without ICD10CM_TABLE)',
];

const isRead = ({ status }: Outcome) => status === 'completed' || status === 'partial' || status === 'not_coded';
const markOf = ({ ok }: Outcome) => (ok ? '✓' : '✗');
const endOf = ({ status, error }: Outcome) => `${status}${error ? ` (${error})` : ''}`;
const timeOf = ({ seconds }: Outcome) => `${seconds.toFixed(1)} s`;
const originalOf = (outcome: Outcome) =>
  `nothing was run; ${outcome.recordingId} is this recording, and ${endOf(outcome)}`;

function explain({ failure, folder, differences }: Outcome): string[] {
  const why = failure
    ? [
        `${failure.step ?? 'The workflow'}: ${failure.message}`,
        `See ${failure.runbook}; the files are in ${asTyped(folder)}`,
      ]
    : [];
  return [...why, ...differences].flatMap((more) => wrapped(more, '    '));
}

/**
 * The commands that take a recording further, with its ids; only a finished one can be made a case of. `keptBy` is the
 * option by which they find the stack.
 */
export function describeIds(outcome: Outcome, keptBy: string): string[] {
  const { name, recordingId, meetingId } = outcome;
  const stack = keptBy === '' ? '' : ` ${keptBy}`;
  return [
    ...(isRead(outcome) ? [`    npm run record -- ${recordingId} --out ${freeFolder(name)}${stack}`] : []),
    `    npm run audit -- verify ${meetingId}${stack}`,
  ];
}

/** A folder for a case of this name that is not there yet: no command is to replace a fixture. */
function freeFolder(name: string): string {
  const path = (count: number) => `fixtures/${count === 1 ? name : `${name}-${count}`}`;
  let count = 1;
  while (existsSync(join(process.cwd(), path(count)))) count += 1;
  return path(count);
}

const lineLength = 110;

/** A text in lines of a terminal's width, all but the first further to the right. A word is never cut. */
export function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${word}`.length <= lineLength) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${indent}${lines.length > 0 ? '  ' : ''}${word}`);
  }
  return lines;
}

/** A path as somebody would type it here. */
function asTyped(path: string): string {
  const from = relative(process.cwd(), path);
  return from !== '' && from.length < path.length ? from : path;
}
