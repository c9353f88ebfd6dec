import { expect, test } from 'vitest';
import { attributesOf, detect } from './reading.ts';

const found = (text: string): string[] =>
  detect(text)
    .filter(({ Category }) => /^(?:MEDICATION|TEST_TREATMENT_PROCEDURE)$/.test(Category))
    .map((entity) => [entity.Type, entity.Text, ...attributesOf(entity)].join(' '));

test.each<[string, string[]]>([
  ['your potassium is 5.4', ['TEST_NAME potassium TEST_VALUE 5.4']],
  ["the oxygen's 92 percent", ['TEST_NAME oxygen TEST_VALUE 92 TEST_UNIT percent']],
  ['vitamin D was 17', ['TEST_NAME vitamin D TEST_VALUE 17']],
  ['the T4 is 38', ['TEST_NAME T4 TEST_VALUE 38']],
  ['calcium is on the low side', ['TEST_NAME calcium TEST_VALUE low']],
  ['your calcium is up a bit', ['TEST_NAME calcium']],
  ["we'll repeat the sodium", ['TEST_NAME sodium']],
  ['get your potassium checked', ['TEST_NAME potassium']],
  ['how are your sugars', ['TEST_NAME sugars']],
  ['first the sugars', ['TEST_NAME sugars']],
  ['my sugar this morning', ['TEST_NAME sugar']],
  ['ferritin, folate and iron', ['TEST_NAME ferritin', 'TEST_NAME folate', 'TEST_NAME iron']],
  ['folate and ferritin', ['TEST_NAME folate', 'TEST_NAME ferritin']],
  ['iron, ferritin, b12, and folate', ['TEST_NAME iron', 'TEST_NAME ferritin', 'TEST_NAME b12', 'TEST_NAME folate']],
  ['I take vitamin D', ['GENERIC_NAME vitamin D']],
  ['What was the peak flow?\nAbout two forty.', ['TEST_NAME peak flow TEST_VALUE two forty']],
  ['Do you know your weight?\nTwo weeks ago I did.', ['TEST_NAME weight']],
])('%s', (text, expected) => {
  expect(found(text)).toEqual(expected);
});

test.each([
  'two sugars in my tea',
  'there is iron in spinach',
  'salt is mostly sodium',
  'the pressure of work',
  'I need oxygen to live',
])('neither a test nor a medicine: %s', (text) => {
  expect(found(text)).toEqual([]);
});
