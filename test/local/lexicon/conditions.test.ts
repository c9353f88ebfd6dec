import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { conditionKey } from '../../../local/lexicon/lexicon.ts';
import { parseConditions } from '../../../local/lexicon/tables.ts';

const text = readFileSync(new URL('../../../local/lexicon/conditions.tsv', import.meta.url), 'utf8');
const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const cells = lines.map((line) => line.split('\t'));
const conditions = parseConditions(text);
const names = conditions.flatMap((condition) => condition.names);
const concepts = conditions.flatMap((condition) => [
  ...condition.concepts,
  ...condition.sites.map(([, there]) => there),
]);

/** Words that would be found in every second sentence. Some are conditions when they are said with a verb or an article. */
const everyday = new Set(
  (
    'about all back bad better bit break change clear day down drop dry feel fine fit full go going gone good had head heavy ' +
    'help here high hit home hot hour in light like long look lot low match mean meal month more move need new night no normal ' +
    'off old on out over part pass patch pick place play point present put red rest right rough run running see set shot ' +
    'show side sleep slip small soft spell state still stop stuff take test thing time top turn up walk warm water way ' +
    'week weight well wet white wind work year'
  ).split(' '),
);

test('the lexicon is as large as its purpose asks', () => {
  expect(conditions.length).toBeGreaterThanOrEqual(800);
});

test('a line has kind, codes and names, and sites if any', () => {
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  expect(cells.filter(({ length }) => length !== 3 && length !== 4)).toEqual([]);
  expect(cells.filter((row) => row.some((cell) => cell !== cell.trim() || cell === ''))).toEqual([]);
});

test('there are diagnoses, symptoms and signs, and nothing else', () => {
  expect(new Set(cells.map(([kind]) => kind))).toEqual(new Set(['diagnosis', 'symptom', 'sign']));
});

test('every row has a code, and every code the form of ICD-10-CM', () => {
  // Since FY2026 there is a category QA0: the second character may be a letter, the third then is a digit.
  const code = /^[A-Z](?:\d[\dA-Z]|[A-Z]\d)(?:\.[\dA-Z]{1,4})?$/;
  expect(conditions.filter((condition) => condition.concepts.length === 0)).toEqual([]);
  expect(concepts.filter((concept) => !code.test(concept.code))).toEqual([]);
});

test('a code stands once in its row, and means the same in all rows', () => {
  const repeated = conditions.filter(({ concepts: own }) => new Set(own.map((own) => own.code)).size < own.length);
  expect(repeated.map((condition) => condition.names[0])).toEqual([]);
  const meanings = new Map<string, Set<string>>();
  for (const { code, description } of concepts) {
    meanings.set(code, (meanings.get(code) ?? new Set()).add(description));
  }
  expect([...meanings].filter(([, descriptions]) => descriptions.size > 1)).toEqual([]);
});

test('a name stands once in the file', () => {
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('an acronym is no form of another name', () => {
  expect(conditionKey('HIV')).not.toBe(conditionKey('hives'));
});

test('a name is in lower case, but for acronyms, the letter of a type and the pronoun', () => {
  const capitals = /^(?:[A-Z]\.?|I'(?:m|ve|d)|(?=.*[A-Z].*[A-Z\d])[A-Za-z\d]+)(?:'s)?$/;
  const odd = names.filter((name) => name.split(/[ /-]/).some((word) => /[A-Z]/.test(word) && !capitals.test(word)));
  expect(odd).toEqual([]);
});

test('no name is one everyday word', () => {
  expect(names.filter((name) => everyday.has(name.toLowerCase()))).toEqual([]);
});

const source = process.env['ICD10CM_SOURCE'] ?? '../shared/corpus/icd10cm/icd10cm-fy2026.tsv.gz';

test.runIf(existsSync(source))(
  'every code is billable in the official table, with the official long description',
  () => {
    const [header = '', ...rows] = gunzipSync(readFileSync(source)).toString('utf8').trimEnd().split('\n');
    expect(header.split('\t')).toEqual(['code', 'billable', 'short', 'long']);
    const official = new Map(rows.map((row) => row.split('\t')).map(([code = '', ...rest]) => [code, rest]));
    const wrong = concepts.filter(({ code, description }) => {
      const [billable, , long] = official.get(code) ?? official.get(code.replace('.', '')) ?? [];
      return billable !== '1' || long !== description;
    });
    expect(wrong).toEqual([]);
  },
);
