import { expect, test } from 'vitest';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { formatCodeTable, parseCodeTable } from '../../../pipeline/icd10cm.ts';
import { conditionsIn, entitiesOf } from './reading.ts';

const rows = [
  ['G43', false, 'Migraine'],
  ['R07', false, 'Pain in throat and chest'],
  ['R07.9', true, 'Chest pain of this release'],
  ['R45.99', true, 'Movement'],
  ['R51.9', true, 'Headache, unspecified'],
  ['N99.99', true, 'Zoonotic widget fever, unspecified'],
  ['L99.1', true, 'Widgetitis, chronic'],
  ['L99.2', false, 'Headerosis'],
  ['W55.99', true, 'Struck by zeppelin'],
] as const;
const codeTable = parseCodeTable(
  formatCodeTable(
    'FY2026',
    rows.map(([code, billable, description]) => ({ code, billable, description })),
  ),
);
const engine = loadEngine({ codeTable });

function concepts(text: string): string[][] {
  const found = entitiesOf(engine.inferIcd10cm(text));
  return found.map(({ ICD10CMConcepts = [] }) =>
    ICD10CMConcepts.map(({ Code, Description }) => `${Code} ${Description}`),
  );
}

test('descriptions are those of the table', () => {
  expect(concepts('a headache')[0]?.[0]).toBe('R51.9 Headache, unspecified');
});

test.each<[string, string, string[]]>([
  [
    'ranked behind what the year has',
    'chest pain',
    ['R07.9 Chest pain of this release', 'R07 Pain in throat and chest'],
  ],
  ['alone when nothing else is left', 'a migraine', ['G43 Migraine']],
  ['not at all when the table has no such category', 'I have gout', []],
])('a code that the year lacks gives way to its header, %s', (_name, text, expected) => {
  expect(concepts(text)).toEqual([expected]);
});

test.each<[string, string[][]]>([
  ['it is zoonotic widget fever', [['N99.99 Zoonotic widget fever, unspecified']]],
  ['a chronic widgetitis', [['L99.1 Widgetitis, chronic']]],
  // A header is not to be reported, an external cause is no condition, one everyday word is not a term.
  ['headerosis', []],
  ['struck by zeppelin', []],
  ['all that movement', []],
])('terms of the table widen the lexicon: %s', (text, expected) => {
  expect(concepts(text)).toEqual(expected);
});

test('without a table those terms are not known', () => {
  expect(conditionsIn('a chronic widgetitis')).toEqual([]);
});
