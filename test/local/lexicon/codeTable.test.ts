import { expect, test } from 'vitest';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { formatCodeTable, parseCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
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
  ['L99.3', false, 'Scaliness'],
  ['L99.30', true, 'Scaliness of unspecified widget'],
  ['L99.31', true, 'Scaliness of left widget'],
  ['L99.4', true, 'Fistula, unspecified widget'],
  ['L99.5', true, 'Furrowing of widget'],
  ['L99.6', true, 'Zoonotic mange [Doe and Roe disease]'],
  ['L99.7', true, 'Drooling and dribbling'],
  ['C99.1', true, 'Malignant neoplasm of widget, unspecified'],
  ['C99.2', true, 'Secondary malignant neoplasm of widget'],
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
  // What a header is called, the least specified code below it says.
  ['scaliness', [['L99.30 Scaliness of unspecified widget']]],
  ['a widget furrowing', [['L99.5 Furrowing of widget']]],
  ['Doe and Roe disease', [['L99.6 Zoonotic mange [Doe and Roe disease]']]],
  ['he is dribbling', [['L99.7 Drooling and dribbling']]],
  ['a widget cancer', [['C99.1 Malignant neoplasm of widget, unspecified']]],
  ['carcinoma of the widget', [['C99.1 Malignant neoplasm of widget, unspecified']]],
  ['metastases in the widget', [['C99.2 Secondary malignant neoplasm of widget']]],
  // Without its site a title may mean anything.
  ['a fistula', []],
  // A header without a code below that leaves it open is not to be reported, an external cause is no condition, one everyday word is not a term.
  ['headerosis', []],
  ['struck by zeppelin', []],
  ['all that movement', []],
])('terms of the table widen the lexicon: %s', (text, expected) => {
  expect(concepts(text)).toEqual(expected);
});

test('without a table those terms are not known', () => {
  expect(conditionsIn('a chronic widgetitis')).toEqual([]);
});
