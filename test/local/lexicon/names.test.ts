import { expect, test } from 'vitest';
import { conditionsIn } from './reading.ts';

test.each([
  'Good morning, Mr. Cough.',
  'mrs cough is here',
  'Dr Stroke is away',
  'Ask Nurse Burns',
  'My surname is Rash',
  'the letter to Dr. Hodgkin',
  'Parkinson speaking',
])('a name: %s', (text) => {
  expect(conditionsIn(text)).toEqual([]);
});

test.each([
  ['Yes, doctor, cough and all', 'cough'],
  ['No, Sister. Shingles I had last year', 'Shingles'],
  ["Mrs. Payne has Parkinson's", "Parkinson's"],
  ['he has Parkinson disease', 'Parkinson disease'],
  ['my cough', 'cough'],
])('no name: %s', (text, words) => {
  expect(conditionsIn(text).map((one) => one.slice(0, words.length))).toContain(words);
});
