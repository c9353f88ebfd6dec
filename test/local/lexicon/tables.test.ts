import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { conditionKey } from '../../../local/lexicon/lexicon.ts';
import {
  parseAnatomy,
  parseConditions,
  parseMedicines,
  parseSnomed,
  parseTests,
} from '../../../local/lexicon/tables.ts';
import { entitiesOf } from './reading.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../../local/lexicon/${name}.tsv`, import.meta.url), 'utf8');

/** What stands more than once: only the first would ever be found. */
function repeated(names: string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

test('the lexicon is as large as its purpose asks', () => {
  expect(parseMedicines(read('medicines')).length).toBeGreaterThan(300);
  expect(parseTests(read('tests')).length).toBeGreaterThan(120);
  expect(parseAnatomy(read('anatomy')).length).toBeGreaterThan(90);
});

test.each([
  ['medicines', () => parseMedicines(read('medicines')).flatMap(({ names }) => names)],
  ['tests', () => parseTests(read('tests')).flatMap(({ names }) => names)],
  ['anatomy', () => parseAnatomy(read('anatomy')).flatMap(({ names }) => names)],
])('%s: a name stands once', (_name, names) => {
  expect(repeated(names())).toEqual([]);
});

test('an RxCUI is a number, stands for one medicine, and every brand names a generic that exists', () => {
  const lines = read('medicines')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const rows = lines.map((line) => line.split('\t'));
  const codes = rows.flatMap(([rxcui = '']) => (rxcui === '' ? [] : [rxcui]));
  expect(codes.filter((code) => !/^\d{3,7}$/.test(code))).toEqual([]);
  expect(repeated(codes)).toEqual([]);
  const generics = new Set(rows.flatMap(([, kind, names = '']) => (kind === 'generic' ? names.split('|') : [])));
  const orphans = rows.filter(([, kind, , generic]) => kind === 'brand' && generic && !generics.has(generic));
  expect(orphans).toEqual([]);
});

/** The check digit of a SNOMED CT identifier is Verhoeff's: no digit is wrong and no two neighbours are swapped. */
function isConceptId(id: string): boolean {
  const turned = (times: number, digit: number): number =>
    times === 0 ? digit : turned(times - 1, [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][digit] ?? 0);
  const inDihedralGroup = (a: number, b: number) =>
    a < 5 ? ((a + b) % 5) + (b < 5 ? 0 : 5) : ((a - b + 10) % 5) + (b < 5 ? 5 : 0);
  const digits = Array.from(id, Number).reverse();
  const sum = digits.reduce((known, digit, at) => inDihedralGroup(known, turned(at % 8, digit)), 0);
  return sum === 0 && id.slice(-3, -1) === '00';
}

test('a concept of SNOMED CT has an identifier without a slip, and a code of the lexicon', () => {
  expect([isConceptId('29857009'), isConceptId('29857008'), isConceptId('29587009')]).toEqual([true, false, false]);
  const snomed = parseSnomed(read('snomed'));
  const ids = [...snomed.values()].map(({ code }) => code);
  expect(ids.length).toBeGreaterThan(50);
  expect(ids.filter((id) => !isConceptId(id))).toEqual([]);
  expect(repeated(ids)).toEqual([]);
  const codes = new Set(parseConditions(read('conditions')).flatMap(({ concepts }) => concepts[0]?.code ?? []));
  expect([...snomed.keys()].filter((code) => !codes.has(code))).toEqual([]);
});

test('a condition is found by the name that it has in the table', () => {
  const engine = loadEngine();
  const names = parseConditions(read('conditions')).map(({ names: [name = ''] }) => name);
  const missed = names.filter((name) => {
    const found = entitiesOf(engine.detectEntitiesV2(`there is a ${name}, that is all`));
    return !found.some(({ Text }) => conditionKey(Text) === conditionKey(name));
  });
  expect(missed).toEqual([]);
});

test('a category of FY2026 may have a letter for its second character', () => {
  const [row] = parseConditions(
    'diagnosis\tR51.9=Headache, unspecified;QA0.1=New condition\ta name\tear=QA0.2=New, ear',
  );
  expect(row?.concepts.map(({ code }) => code)).toEqual(['R51.9', 'QA0.1']);
  expect(row?.sites).toEqual([['ear', { code: 'QA0.2', description: 'New, ear' }]]);
});

test.each([
  ['conditions', 'illness\tR51.9=Headache, unspecified\theadache', 'illness'],
  ['conditions', 'symptom\tR51.9\theadache', 'R51.9'],
  ['conditions', 'symptom\tR51.9=Headache, unspecified\t', 'no names'],
  ['medicines', '161\tdrug\tparacetamol', 'drug'],
  ['tests', 'TEST\tblood test', 'TEST'],
] as const)('%s: a line that is not what the header says stops the load: %s', (table, text, why) => {
  expect(() => loadEngine({ tables: { [table]: text } })).toThrow(why);
});
