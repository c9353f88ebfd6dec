import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Code, formatCodeTable, parseCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
import { readRows } from '../../../local/commands/icd10cm.ts';

const rows: Code[] = [
  { code: 'R07.9', billable: true, description: 'Chest pain, unspecified' },
  { code: 'C4A', billable: false, description: 'Merkel cell carcinoma' },
  { code: 'R07', billable: false, description: 'Pain in throat and chest' },
  { code: 'QA0.0101', billable: true, description: 'A disorder of the chapter that FY2026 added' },
  { code: 'I10', billable: true, description: 'Essential (primary) hypertension' },
  { code: 'S93.401A', billable: true, description: 'Sprain of unspecified ligament of right ankle, initial encounter' },
];
const text = formatCodeTable('FY2031', rows);
const sorted = rows.toSorted((a, b) => (a.code < b.code ? -1 : 1));

describe('parseCodeTable', () => {
  const table = parseCodeTable(text);

  test('holds what was written, in order, and names the release', () => {
    expect(table.release).toBe('FY2031');
    expect([...table.entries()]).toEqual(sorted);
  });

  test.each([
    ['R07.9', 'R07.9'],
    ['r079', 'R07.9'],
    [' s93401a ', 'S93.401A'],
    ['c4a', 'C4A'],
    ['i10', 'I10'],
    ['qa00101', 'QA0.0101'],
    ['R07', 'R07'],
  ])('finds %j', (asked, code) => expect(table.find(asked)).toEqual(rows.find((row) => row.code === code)));

  test.each(['R07.90', 'R0', 'A00', 'Z99', 'J45', '', 'chest pain', 'R07.', 'R.079', 'medzen.icd10cm/1'])(
    'does not find %j',
    (asked) => expect(table.find(asked)).toBeUndefined(),
  );

  const body = text.slice(text.indexOf('\n') + 1);
  test.each<[string, string, RegExp]>([
    ['nothing', '', /first line must be/],
    ['another format', 'code\tbillable\tdescription\nR07.9\t1\tChest pain\n', /first line must be "medzen.icd10cm\/1"/],
    ['another version', text.replace('icd10cm/1', 'icd10cm/2'), /first line must be/],
    ['only the first line', text.slice(0, text.indexOf('\n')), /first line must be/],
    ['a missing last row', text.replace(/S93.*\n/, ''), /promises 6 rows, 5 are here/],
    ['a row too many', `${text}T07\t0\tUnspecified multiple injuries\n`, /promises 6 rows, 7 are here/],
    ['a cut inside the last row', text.slice(0, -5), /row 6 of 6 has no line end/],
    ['rows out of order', text.replace(body, body.split('\n').toReversed().join('\n').trim() + '\n'), /sorted by code/],
    ['a flag that is no flag', text.replace('R07.9\t1', 'R07.9\tx'), /row 5 is not "code, 0 or 1, description"/],
    ['a row without tabs', text.replace('R07.9\t1\tChest', 'R07.9 1 Chest'), /row 5 is not "code, 0 or 1/],
  ])('refuses %s', (_, damaged, message) => {
    expect(() => parseCodeTable(damaged)).toThrow(
      expect.objectContaining({ name: 'CodeTableInvalid', message: expect.stringMatching(message) }),
    );
  });
});

describe('formatCodeTable', () => {
  test.each<[string, string, Code[], RegExp]>([
    ['a release in other words', '2031', rows, /like FY2026, not "2031"/],
    ['a code twice', 'FY2031', [...rows, ...rows.slice(0, 1)], /R07\.9 is given twice/],
    ['a code without its dot', 'FY2031', [{ code: 'R079', billable: true, description: 'x' }], /"R079" is not/],
    ['a description of two lines', 'FY2031', [{ code: 'I10', billable: true, description: 'a\nb' }], /one line/],
  ])('refuses %s', (_, release, given, message) => {
    expect(() => formatCodeTable(release, given)).toThrow(message);
  });
});

/** The official FY2026 year, where it lies beside the repository. */
const official = process.env['ICD10CM_SOURCE'] ?? '../shared/corpus/icd10cm/icd10cm-fy2026.tsv.gz';

test.runIf(existsSync(official))('the official year goes through unchanged', () => {
  const given = readRows(gunzipSync(readFileSync(official)).toString('utf8'));
  const table = parseCodeTable(formatCodeTable('FY2026', given));
  expect([...table.entries()]).toEqual(given.toSorted((a, b) => (a.code < b.code ? -1 : 1)));
  expect(given.filter((row) => row.billable)).toHaveLength(74_719);
  expect(given.filter((row) => !row.billable)).toHaveLength(23_467);
  for (const row of given) expect(table.find(row.code.replace('.', ''))).toEqual(row);
});
