import { expect, test } from 'vitest';
import {
  isKindred,
  type Named,
  namingWords,
  onlyThese,
  readNamed,
} from '../../../../../pipeline/clinical/assertion/rules/naming.ts';

test.each<[string, string[]]>([
  ['Any chest pain?', ['chest', 'pain']],
  ['coughing', ['cough']],
  ['dizzy', ['dizzi']],
  ['swollen', ['swell']],
  ["mother's", ['mothe']],
  ['It is what you have', []],
  ['Café 🩺', ['café']],
])('%s names %j', (text, stems) => expect([...namingWords(text)]).toEqual(stems));

test.each([
  ['dizzi', 'dizzi', true],
  ['pain', 'painf', true],
  ['redne', 'red', true],
  ['pain', 'paint', true],
  ['fever', 'cough', false],
])('%s and %s are kindred: %s', (one, other, expected) => expect(isKindred(one, other)).toBe(expected));

test.each([
  ['Just the cough.', true],
  ['The cough, not the others.', true],
  ['Not justified.', false],
])('%s names only these: %s', (answer, expected) => expect(onlyThese.test(answer)).toBe(expected));

const asked = namingWords('fever');
const others = namingWords('any cough or weight loss');

test.each<[string, Named]>([
  ['I have a fever.', 'named'],
  ['Fever, yes, no cough.', 'named'],
  ['No fever.', 'denied'],
  ['No fever, but I do cough.', 'denied'],
  ['No, just a fever.', 'named'],
  ['Just the cough.', 'left-out'],
  ['A cough.', 'silent'],
  ['Yes.', 'silent'],
  ['All of them except the fever.', 'denied'],
  ['All of them except the cough.', 'named'],
  ['My sister has a fever.', 'silent'],
  ['', 'silent'],
])('asked of a fever, %s: %s', (answer, named) => expect(readNamed(answer, asked, others)).toBe(named));

test('a place that it is not in is denied', () => {
  expect(readNamed('In my back, not my chest.', namingWords('chest pain'), new Set())).toBe('denied');
});
