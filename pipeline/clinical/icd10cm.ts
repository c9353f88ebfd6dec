/**
 * The compact ICD-10-CM code table: one text file that gives the meaning of every code of a fiscal year and whether the
 * code may be billed. The first line names format, release and row count. Then comes one line per code, sorted by code:
 *
 *     medzen.icd10cm/1<TAB>FY2026<TAB>98186
 *     R07.9<TAB>1<TAB>Chest pain, unspecified
 */
const format = 'medzen.icd10cm/1';

export interface Code {
  /** Upper case, with its dot. */
  readonly code: string;
  /** False for a header: a category or subcategory that stands above the codes that may be reported. */
  readonly billable: boolean;
  /** The official long description. */
  readonly description: string;
}

export interface CodeTable {
  /** The fiscal year of the table, e.g. `FY2026`: valid from 1 October of the year before. */
  readonly release: string;
  /** Takes a code with or without its dot, in any case. */
  find(code: string): Code | undefined;
  /** All codes, ascending. */
  entries(): Iterable<Code>;
}

/** `r079` -> `R07.9`; undefined for a text that cannot be an ICD-10-CM code. Since FY2026 there is a category QA0. */
export function toDotted(code: string): string | undefined {
  const [, category, rest] =
    /^([A-Z](?:\d[\dA-Z]|[A-Z]\d))(?:\.?([\dA-Z]{1,4}))?$/.exec(code.trim().toUpperCase()) ?? [];
  return category && (rest ? `${category}.${rest}` : category);
}

/**
 * Reads the compact format. The text itself is kept and searched; a row becomes an object only when it is asked for.
 * Throws `CodeTableInvalid` when the text is of another format, cut short, or not in order.
 */
export function parseCodeTable(text: string): CodeTable {
  const body = text.indexOf('\n') + 1;
  const [name, release = '', count = ''] = text.slice(0, Math.max(0, body - 1)).split('\t');
  if (name !== format || !isRelease(release) || !/^\d+$/.test(count)) {
    throw invalid(`not an ICD-10-CM code table: the first line must be "${format}", the release and the row count`);
  }
  checkRows(text, body, Number(count));
  return {
    release,
    find(code) {
      const dotted = toDotted(code);
      return dotted === undefined ? undefined : search(text, body, dotted);
    },
    *entries() {
      for (let start = body; start < text.length; start = text.indexOf('\n', start) + 1) yield rowAt(text, start);
    },
  };
}

/** Writes the compact format, in the order it needs. Throws `CodeTableInvalid` for a row that it cannot hold. */
export function formatCodeTable(release: string, rows: Iterable<Code>): string {
  if (!isRelease(release)) throw invalid(`the release is written like FY2026, not "${release}"`);
  const sorted = [...rows].sort((a, b) => (a.code < b.code ? -1 : 1));
  const lines = sorted.map(({ code, billable, description }, index) => {
    if (toDotted(code) !== code) throw invalid(`"${code}" is not an ICD-10-CM code, upper case with its dot`);
    if (sorted[index - 1]?.code === code) throw invalid(`${code} is given twice`);
    if (!/^[^\t\r\n]+$/.test(description)) throw invalid(`the description of ${code} is not one line of text`);
    return `${code}\t${billable ? 1 : 0}\t${description}\n`;
  });
  return `${format}\t${release}\t${lines.length}\n${lines.join('')}`;
}

export function isRelease(release: string): boolean {
  return /^FY20\d\d$/.test(release);
}

/** A lookup in a table that is cut short or out of order would miss codes silently, so every line is checked once. */
function checkRows(text: string, body: number, expected: number): void {
  let rows = 0;
  let previous = '';
  for (let start = body; start < text.length; rows += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) throw invalid(`cut short: row ${rows + 1} of ${expected} has no line end`);
    const tab = text.indexOf('\t', start);
    const code = text.slice(start, tab);
    const flag = text[tab + 1];
    if (tab < 0 || tab + 3 > end || (flag !== '0' && flag !== '1') || text[tab + 2] !== '\t') {
      throw invalid(`row ${rows + 1} is not "code, 0 or 1, description" separated by tabs`);
    }
    if (code <= previous) throw invalid(`row ${rows + 1} (${code}) is not after ${previous}: rows are sorted by code`);
    previous = code;
    start = end + 1;
  }
  if (rows !== expected)
    throw invalid(`cut short or altered: the first line promises ${expected} rows, ${rows} are here`);
}

/** Binary search over character positions: any position leads to the line around it. */
function search(text: string, body: number, code: string): Code | undefined {
  let low = body;
  let high = text.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = text.lastIndexOf('\n', middle - 1) + 1;
    const found = text.slice(start, text.indexOf('\t', start));
    if (found === code) return rowAt(text, start);
    if (found < code) low = text.indexOf('\n', middle) + 1;
    else high = start;
  }
  return undefined;
}

function rowAt(text: string, start: number): Code {
  const tab = text.indexOf('\t', start);
  return {
    code: text.slice(start, tab),
    billable: text[tab + 1] === '1',
    description: text.slice(tab + 3, text.indexOf('\n', tab)),
  };
}

/** `CodeTableInvalid` is not in the table of failures: it stops a step's start or the command, never one recording. */
export function invalid(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name: 'CodeTableInvalid' });
}
