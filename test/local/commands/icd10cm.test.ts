import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRows } from '../../../local/commands/icd10cm.ts';
import { readCodeTable } from '../../../pipeline/edge/icd10cm.ts';

const command = new URL('../../../local/commands/icd10cm.ts', import.meta.url).pathname;

/** A line of the yearly order file. */
function orderLine(order: number, code: string, flag: 0 | 1, long: string): string {
  return `${String(order).padStart(5, '0')} ${code.padEnd(7)} ${flag} ${long.slice(0, 60).padEnd(60)} ${long}`;
}

const longName = 'A description that is longer than the sixty columns which the short one has in this file';
const orderFile = [
  orderLine(1, 'R07', 0, 'Pain in throat and chest'),
  orderLine(2, 'R079', 1, 'Chest pain, unspecified'),
  orderLine(3, 'S93401A', 1, longName),
  orderLine(4, 'H8101', 1, 'Ménière’s disease, right ear'),
].join('\r\n');
const expected = [
  { code: 'H81.01', billable: true, description: 'Ménière’s disease, right ear' },
  { code: 'R07', billable: false, description: 'Pain in throat and chest' },
  { code: 'R07.9', billable: true, description: 'Chest pain, unspecified' },
  { code: 'S93.401A', billable: true, description: longName },
];

describe('readRows', () => {
  test.each([
    ['three columns', 'R07\t0\tPain\nR079\t1\tChest pain\n'],
    ['a heading and four columns', 'code\tbillable\tshort\tlong\nR07\t0\tPn\tPain\nR07.9\t1\tChst\tChest pain'],
    ['the order file', [orderLine(7, 'R07', 0, 'Pain'), orderLine(8, 'R079', 1, 'Chest pain'), ''].join('\n')],
    ['lines that end in CR LF', 'code\tbillable\tdescription\r\nR07\t0\tPain\r\nR079\t1\tChest pain\r\n'],
  ])('reads %s', (_, text) =>
    expect(readRows(text)).toEqual([
      { code: 'R07', billable: false, description: 'Pain' },
      { code: 'R07.9', billable: true, description: 'Chest pain' },
    ]),
  );

  test.each([
    ['an empty file', '\n', /no code/],
    ['the list without flags', 'A000    Cholera due to something', /line 1 is neither/],
    ['the addenda', 'Add:         00123 A000    1 Cholera', /line 1 is neither/],
    ['a shifted flag', `${orderFile}\r\n${orderLine(5, 'I10', 1, 'Hypertension').replace(' 1 ', '1  ')}`, /line 5 is/],
    [
      'a line cut before its long description',
      `${orderLine(1, 'R07', 0, 'Pain')}\n${orderLine(2, 'R079', 1, longName).slice(0, 70)}`,
      /line 2 is neither/,
    ],
    ['a code that is no code', 'R07\t0\tPain\nHELLO\t1\tChest pain', /line 2 is neither/],
    ['two columns', 'R07\t0\tPain\nR07.9\tChest pain', /line 2 is neither/],
    ['a code twice', 'R07.9\t1\tPain\nR07\t0\tPain\nR079\t1\tPain', /line 3: R07\.9 was already on line 1/],
  ])('refuses %s', (_, text, message) => {
    expect(() => readRows(text)).toThrow(
      expect.objectContaining({ name: 'CodeTableInvalid', message: expect.stringMatching(message) }),
    );
  });
});

describe('npm run icd10cm', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'icd10cm-'));
    const files: Record<string, string | Buffer> = {
      'icd10cm-order-2031.txt': gzipSync(orderFile),
      'icd10cm-order-April-2032.txt': Buffer.from(orderFile.replaceAll('’', "'"), 'latin1'),
      'codes.tsv': '\uFEFFR07.9\t1\tChest pain\n',
      'codes-2031.zip': 'PK\u0003\u0004',
      'codes-2033.txt': `${orderFile}\nnonsense`,
      'codes-2034.gz': gzipSync(orderFile).subarray(0, 80),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  });
  afterAll(() => rm(folder, { recursive: true }));

  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  test('names the fiscal year after the file and writes gzip to the current directory', async () => {
    const { status, stdout, stderr } = run('icd10cm-order-2031.txt', '--partial');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ICD-10-CM FY2031: 3 billable codes, 1 header\nicd10cm-fy2031\.txt\.gz: \d+ bytes/);
    expect((await readFile(join(folder, 'icd10cm-fy2031.txt.gz'))).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    const table = await readCodeTable(join(folder, 'icd10cm-fy2031.txt.gz'));
    expect(table.release).toBe('FY2031');
    expect([...table.entries()]).toEqual(expected);
  });

  test('writes plain text to --out, from a file in Windows-1252', async () => {
    expect(run('icd10cm-order-April-2032.txt', '--out', 'table.txt', '--partial').status).toBe(0);
    expect(await readFile(join(folder, 'table.txt'), 'utf8')).toMatch(/^medzen\.icd10cm\/1\tFY2032\t4\n/);
    expect((await readCodeTable(join(folder, 'table.txt'))).find('h8101')?.description).toMatch(/^Ménière's/);
  });

  test('--release stands for the year that the name does not tell', async () => {
    expect(run('codes.tsv', '--release', 'FY2027', '--partial').status).toBe(0);
    expect((await readCodeTable(join(folder, 'icd10cm-fy2027.txt.gz'))).release).toBe('FY2027');
  });

  test.each<[number, string[], RegExp]>([
    [2, [], /^icd10cm: expected one file\nusage: /],
    [2, ['a', 'b'], /^icd10cm: expected one file\nusage: /],
    [2, ['codes.tsv', '--force'], /^icd10cm: .*--force.*\nusage: /],
    [2, ['codes.tsv'], /^icd10cm: the fiscal year is not in the name codes\.tsv: add --release/],
    [2, ['codes.tsv', '--release', '2027'], /^icd10cm: --release must look like FY2027, not "2027"/],
    [
      1,
      ['icd10cm-order-2031.txt'],
      /^icd10cm: CodeTableInvalid: icd10cm-order-2031\.txt has 4 rows, where .* --partial/,
    ],
    [2, ['missing-2031.txt'], /^icd10cm: there is no file missing-2031\.txt: download the yearly order file/],
    [2, ['missing.txt'], /^icd10cm: there is no file missing\.txt: /],
    [2, ['.'], /^icd10cm: there is no file \.: /],
    [1, ['codes-2031.zip'], /^icd10cm: CodeTableInvalid: codes-2031\.zip: this is a zip archive/],
    [1, ['codes-2033.txt'], /^icd10cm: CodeTableInvalid: codes-2033\.txt: line 5 is neither/],
    [1, ['codes-2034.gz'], /^icd10cm: CodeTableInvalid: codes-2034\.gz: unexpected end of file/],
    [
      1,
      ['icd10cm-order-2031.txt', '--partial', '--out', 'no/such/folder.gz'],
      /^icd10cm: FileUnwritable: no\/such\/folder\.gz cannot/,
    ],
  ])('exit %i and one line for %j, the usage in a second', (status, args, message) => {
    const result = run(...args);
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(
      result.stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('usage: ')),
    ).toHaveLength(1);
  });
});
