/**
 * `npm run icd10cm -- FILE [--out FILE] [--release FY2027] [--partial]`: makes the compact code table of a fiscal year from the
 * official order file (`icd10cm-order-YYYY.txt`, CDC/NCHS and CMS) or from tab-separated code, billable, description.
 */
import { stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readPlain } from '../../pipeline/edge/icd10cm.ts';
import { type Code, formatCodeTable, invalid, isRelease, toDotted } from '../../pipeline/clinical/icd10cm.ts';
import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';

/** The order file's columns: order number 1-5, code 7-13, billable 15, short description 17-76, long from 78. */
const orderLine = /^\d{5} ([\dA-Z ]{7}) ([01]) .{60} (.+)$/;

const usage = 'npm run icd10cm -- FILE [--out FILE] [--release FY2027] [--partial]';
const about = {
  does: 'Makes the compact ICD-10-CM table of a fiscal year, for ICD10CM_TABLE.',
  words: {
    FILE: 'the yearly order file of CMS, unpacked, or code, 0 or 1 (billable) and description between tabs',
  },
};

/**
 * The official table has had 91,000 rows and more in each year. A code that a smaller one lacks would be marked as
 * wrong, although it is not.
 */
const leastRows = 85_000;

export interface Written {
  release: string;
  billable: number;
  headers: number;
  bytes: number;
  path: string;
}

/**
 * Reads `source`, writes the compact table (gzip when `out` ends in .gz) and returns what it holds.
 * @param options `partial` says that the table is known to lack codes
 * @throws Error CodeTableInvalid; CommandError when the file is not there, or the release is not known
 */
export async function writeCodeTable(
  source: string,
  options: { out?: string; release?: string; partial?: boolean },
): Promise<Written> {
  await refuseMissing(source);
  const release = options.release ?? fiscalYear(source);
  if (!isRelease(release)) throw new CommandError(`--release must look like FY2027, not "${release}"`, 2);
  const path = options.out ?? `icd10cm-${release.toLowerCase()}.txt.gz`;
  const rows = await readSource(source);
  if (rows.length < leastRows && !options.partial) {
    const counts = `${counted(rows.length, 'row')}, where a yearly table has more than ${leastRows.toLocaleString('en-US')}`;
    throw invalid(`${source} has ${counts}: take the order file of a whole year, or add --partial to use it so`);
  }
  const text = formatCodeTable(release, rows);
  const bytes = path.endsWith('.gz') ? gzipSync(text, { level: 9 }) : Buffer.from(text);
  await writeFile(path, bytes).catch((error: unknown) => {
    throw Object.assign(new Error(`${path} cannot be written: ${reasonOf(error)}`), { name: 'FileUnwritable' });
  });
  const billable = rows.filter((row) => row.billable).length;
  return { release, billable, headers: rows.length - billable, bytes: bytes.length, path };
}

async function refuseMissing(source: string): Promise<void> {
  if (source.startsWith('s3://')) return;
  const found = await stat(source).catch(() => undefined);
  if (found?.isFile()) return;
  throw new CommandError(
    `there is no file ${source}: download the yearly order file of CMS, unpack it and name it, as in icd10cm-order-2027.txt`,
    2,
  );
}

/** The fiscal year is in the official file name (`icd10cm-order-2026.txt`, `icd10cm-order-April-2026.txt`). */
function fiscalYear(source: string): string {
  const years = new Set(basename(source).match(/(?<!\d)20\d\d(?!\d)/g));
  const [year] = years;
  if (year === undefined || years.size > 1) {
    throw new CommandError(`the fiscal year is not in the name ${basename(source)}: add --release FY2027`, 2);
  }
  return `FY${year}`;
}

async function readSource(source: string): Promise<Code[]> {
  try {
    return readRows(decode(await readPlain(source)));
  } catch (error) {
    throw invalid(`${source}: ${reasonOf(error)}`, error);
  }
}

/** Some yearly files are UTF-8 and some Windows-1252; their only characters beyond ASCII are in names (Ménière). */
function decode(bytes: Buffer): string {
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') {
    throw invalid('this is a zip archive: unpack it and name the order file inside');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Rows of either layout, told apart by the first line. Throws `CodeTableInvalid` with the line number.
 */
export function readRows(text: string): Code[] {
  const lines = text.split(/\r?\n/);
  const read = lines[0]?.includes('\t') ? tabSeparated : fixedWidth;
  const lineOf = new Map<string, number>();
  const rows: Code[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || (index === 0 && /^code\t/i.test(line))) continue;
    const row = read(line);
    if (row === undefined)
      throw invalid(
        `line ${index + 1} is neither a line of the order file nor code, 0 or 1, and description between tabs`,
      );
    const first = lineOf.get(row.code);
    if (first !== undefined) throw invalid(`line ${index + 1}: ${row.code} was already on line ${first}`);
    lineOf.set(row.code, index + 1);
    rows.push(row);
  }
  if (rows.length === 0) throw invalid('there is no code in this file');
  return rows;
}

function fixedWidth(line: string): Code | undefined {
  const [, code, flag, long] = orderLine.exec(line) ?? [];
  return toRow(code, flag, long);
}

/** Three columns, or four with a short description before the long one. */
function tabSeparated(line: string): Code | undefined {
  const columns = line.split('\t');
  return columns.length === 3 || columns.length === 4 ? toRow(columns[0], columns[1], columns.at(-1)) : undefined;
}

function toRow(code = '', flag = '', long = ''): Code | undefined {
  const dotted = toDotted(code);
  const description = long.trim();
  if (dotted === undefined || !/^[01]$/.test(flag) || description === '') return undefined;
  return { code: dotted, billable: flag === '1', description };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const options = {
  out: { type: 'string', value: 'FILE', help: 'the table to write; icd10cm-<release>.txt.gz unless given' },
  partial: { type: 'boolean', default: false, help: 'take a table that lacks codes; those are marked as unknown' },
  release: { type: 'string', value: 'FY2027', help: 'the fiscal year, where the name of the file does not say it' },
} as const;

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, usage, about);
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new CommandError(`expected one file\nusage: ${usage}`, 2);
  const { release, billable, headers, bytes, path } = await writeCodeTable(source, { ...values });
  process.stdout.write(`ICD-10-CM ${release}: ${counted(billable, 'billable code')}, ${counted(headers, 'header')}\n`);
  process.stdout.write(`${path}: ${counted(bytes, 'byte')}; set ICD10CM_TABLE to this file to use it\n`);
  return 0;
}

if (import.meta.main) await runCommand('icd10cm', () => main(process.argv.slice(2)));
