import { toClock } from '../../pipeline/reading/clock.ts';
import type { Evidence } from '../../pipeline/clinical/evidence.ts';
import type { Finding, FindingCode } from '../../pipeline/clinical/finding.ts';
import type { CodeSystem } from '../../pipeline/clinical/operations.ts';

/** Findings under a heading. */
export interface Section {
  title: string;
  findings: readonly Finding[];
}

/** The code systems, each in a column of this width. */
const columns: Readonly<Record<CodeSystem, { title: string; width: number }>> = {
  'ICD-10-CM': { title: 'ICD-10-CM', width: 12 },
  RxNorm: { title: 'RxNorm', width: 8 },
  'SNOMED-CT': { title: 'SNOMED CT', width: 16 },
};
const systems = Object.keys(columns) as CodeSystem[];

/** The words of a mention in the quote of its evidence. */
type MentionOf = (evidence: Evidence) => string;

/** A label that is longer has a line of its own. */
const longestLabel = 52;

/**
 * Sections as lines of a table: finding, the best code of each system that the section has, and its first mention. The
 * first and the last column begin at the same place in every section. Of a long quote, the part around the mention is
 * shown, whose words `mentionOf` gives.
 */
export function toColumns(sections: readonly Section[], mentionOf: MentionOf): string[] {
  const shown = sections.filter(({ findings }) => findings.length > 0);
  const labels = shown.flatMap(({ findings }) => findings.map(({ label }) => label.length));
  const labelWidth = Math.max(0, ...labels.filter((length) => length <= longestLabel));
  const codesWidth = Math.max(0, ...shown.map(({ findings }) => widthOf(systemsOf(findings))));
  return shown.flatMap((section) => toLines(section, mentionOf, labelWidth, codesWidth));
}

/** The explanation of the marks that the lines of these findings have. */
export function toLegend(findings: readonly Finding[]): string[] {
  const marks = new Set(findings.flatMap(({ codes }) => codes.map(markOf)));
  const billing = [
    marks.has('✓') && '✓ billable',
    marks.has('✗') && '✗ a more specific code is needed',
    marks.has('?') && '? not in the code table',
  ].filter(Boolean);
  const isUnmarked = marks.size > 0 && billing.length === 0;
  return [
    ...(billing.length > 0 ? [`  ${billing.join(', ')}`] : []),
    ...(isUnmarked ? ['  Whether a code is billable is known with a code table: set ICD10CM_TABLE'] : []),
    ...(findings.some(({ evidence }) => evidence.length > 1) ? ['  (+2) two more mentions in consultation.json'] : []),
  ];
}

function toLines({ title, findings }: Section, mentionOf: MentionOf, labelWidth: number, codesWidth: number): string[] {
  const own = systemsOf(findings);
  const cells = own.map((system) => columns[system].title.padEnd(columns[system].width)).join('');
  return [
    '',
    `${title.padEnd(labelWidth + 2)}  ${cells}`.trimEnd(),
    ...findings.flatMap((finding) => {
      const { label, codes } = finding;
      const best = own.map((system) =>
        cellOf(codes.find((code) => code.system === system)).padEnd(columns[system].width),
      );
      const rest = `${best.join('').padEnd(codesWidth)}${codesWidth > 0 ? ' ' : ''}${quoteOf(finding, mentionOf)}`;
      const isLong = label.length > labelWidth;
      const lines = isLong
        ? [`  ${label}`, `  ${' '.repeat(labelWidth)}  ${rest}`]
        : [`  ${label.padEnd(labelWidth)}  ${rest}`];
      return lines.map((line) => line.trimEnd()).filter((line) => line !== '');
    }),
  ];
}

const systemsOf = (findings: readonly Finding[]) =>
  systems.filter((system) => findings.some(({ codes }) => codes.some((code) => code.system === system)));

const widthOf = (own: readonly CodeSystem[]) => own.reduce((sum, system) => sum + columns[system].width, 0);

const cellOf = (code: FindingCode | undefined) => (code ? `${code.code} ${markOf(code)}`.trimEnd() : '');

function markOf({ billable, hint }: FindingCode): '' | '✓' | '✗' | '?' {
  if (hint === 'not in the code table') return '?';
  return billable === null ? '' : billable ? '✓' : '✗';
}

const quoteLength = 64;

/** The first mention, and how many follow it. */
function quoteOf({ evidence }: Finding, mentionOf: MentionOf): string {
  const first = evidence[0];
  if (!first) return '';
  const more = evidence.length > 1 ? ` (+${evidence.length - 1})` : '';
  const quote = shorten(first.quote.replaceAll('\n', ' / '), mentionOf(first));
  return `${toClock(first.startMs).padStart(5)} ${first.role}: "${quote}"${more}`;
}

/** A text of at most `quoteLength` characters: its begin if the words to be shown are in it, else what is around them. */
function shorten(text: string, words: string): string {
  if (text.length <= quoteLength) return text;
  const at = Math.max(0, text.indexOf(words));
  const toEnd = at + words.length;
  if (toEnd < quoteLength) return `${text.slice(0, quoteLength - 1).trimEnd()}…`;
  const room = quoteLength - 2;
  const middle = Math.floor((at + toEnd - room) / 2);
  const from = Math.min(at, middle, text.length - room);
  const to = from + room;
  // A word is not cut, unless it is one of those to be shown.
  const begin = Math.min(at, text.indexOf(' ', from - 1) + 1);
  const end = to >= text.length ? text.length : Math.max(Math.min(toEnd, to), text.lastIndexOf(' ', to));
  return `…${text.slice(begin, end)}${end < text.length ? '…' : ''}`;
}
