import { expect, test } from 'vitest';
import { contentOf, figuresIn, overlap, placedWords, sameWords } from '../../../bench/consultations/wording.ts';

test('a word knows where it ends, hyphens part words, apostrophes do not', () => {
  expect(placedWords("Don't know. Follow-up")).toEqual([
    { word: "don't", end: 5 },
    { word: 'know', end: 10 },
    { word: 'follow', end: 18 },
    { word: 'up', end: 21 },
  ]);
});

test.each([
  ['any headaches', ['headach']],
  ['allergies', ['allergy']],
  ["Meniere's disease", ['meniere', 'disease']],
  ['anaemia and oedema', ['anemia', 'edema']],
  ['diarrhoea', ['diarrhea']],
  ['gas', ['gas']],
  ['have you had it', []],
])('"%s" comes down to %j', (wording, content) => {
  expect(contentOf(wording)).toEqual(content);
});

test.each([
  ['chest pain', 'pain', true],
  ['pain', 'any pain in your chest', true],
  ['chest pain', 'pain in the chest', false],
  ['pain', 'painful', false],
  ['back pain', 'back', true],
  ['it', 'it', false],
])('"%s" and "%s" overlap: %s', (a, b, does) => {
  expect([overlap(a, b), overlap(b, a)]).toEqual([does, does]);
});

test('the same words are the same in any number and with any little words', () => {
  expect(sameWords('the headaches', 'headach')).toBe(true);
  expect(sameWords('bad headache', 'headache')).toBe(false);
});

test.each([
  ['50 milligrams once a day', [50]],
  ['two tablets, 2.5 mg', [2, 2.5]],
  ['142 over 91', [142, 91]],
  ['one forty-two over ninety-one', [142, 91]],
  ['five hundred, up to four a day', [500, 4]],
  ['thirteen two', [2]],
  ['twice', []],
])('"%s" names %j', (text, figures) => {
  expect([...figuresIn(text)].sort((a, b) => a - b)).toEqual(figures.toSorted((a, b) => a - b));
});
