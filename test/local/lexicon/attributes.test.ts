import { expect, test } from 'vitest';
import { attributesOf, detect, engine, entitiesOf } from './reading.ts';

test.each<[string, string, string[]]>([
  ['a sharp pain', 'pain', ['QUALITY sharp']],
  ['a sudden headache', 'headache', ['ACUITY sudden']],
  ['a rash on my left arm', 'rash', ['SYSTEM_ORGAN_SITE arm']],
  ['headache on the left side', 'headache', ['DIRECTION left side']],
  ['a cough for three weeks', 'cough', ['TIME_TO_DX_NAME for three weeks']],
  ["I've had a fever since Monday", 'fever', ['TIME_TO_DX_NAME since Monday']],
  ['the dizziness began two weeks ago', 'dizziness', ['TIME_TO_DX_NAME two weeks ago']],
  ['a cough right now', 'cough', []],
  ['tired during the day', 'tired', []],
])('InferICD10CM: %s', (text, words, expected) => {
  const found = entitiesOf(engine.inferIcd10cm(text)).find(({ Text }) => Text === words);
  expect(found && attributesOf(found)).toEqual(expected);
});

test.each<[string, string, string[]]>([
  [
    'your blood pressure is 140 over 90 millimetres of mercury',
    'blood pressure',
    ['TEST_VALUE 140 over 90', 'TEST_UNIT millimetres of mercury'],
  ],
  ['BP 120/80', 'BP', ['TEST_VALUE 120/80']],
  [
    'the blood pressure was one hundred and forty over ninety',
    'blood pressure',
    ['TEST_VALUE one hundred and forty over ninety'],
  ],
  ['temperature was 38.5 degrees', 'temperature', ['TEST_VALUE 38.5', 'TEST_UNIT degrees']],
  ['the haemoglobin is 98 grams per litre', 'haemoglobin', ['TEST_VALUE 98', 'TEST_UNIT grams per litre']],
  ['my weight is eleven stone', 'weight', ['TEST_VALUE eleven', 'TEST_UNIT stone']],
  ['the physical exam is normal', 'physical exam', ['TEST_VALUE normal']],
  ['the blood test came back normal', 'blood test', ['TEST_VALUE normal']],
  ['I smoke 20 cigarettes a day', 'smoke', ['AMOUNT 20 cigarettes a day']],
  ['alcohol, maybe ten units a week', 'alcohol', ['AMOUNT ten units a week']],
])('DetectEntitiesV2: %s', (text, words, expected) => {
  expect(attributesOf(detect(text).find(({ Text }) => Text === words))).toEqual(expected);
});

test.each([
  ['a cough for three weeks', 'TIME_EXPRESSION TIME_TO_DX_NAME for three weeks'],
  ["I'm twenty six years old", 'PROTECTED_HEALTH_INFORMATION AGE twenty six years old'],
  ['born on the third of March', 'PROTECTED_HEALTH_INFORMATION DATE the third of March'],
  ['my kidneys', 'ANATOMY SYSTEM_ORGAN_SITE kidneys'],
  ['I smoke', 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL TOBACCO_USE smoke'],
  ['some cannabis', 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL REC_DRUG_USE cannabis'],
  ['do some physio', 'TEST_TREATMENT_PROCEDURE TREATMENT_NAME physio'],
  ['had a colonoscopy', 'TEST_TREATMENT_PROCEDURE PROCEDURE_NAME colonoscopy'],
])('%s', (text, expected) => {
  expect(detect(text).map(({ Category, Type, Text }) => `${Category} ${Type} ${Text}`)).toContain(expected);
});

test('a time is an entity with what it times as attribute, and an attribute where codes are inferred', () => {
  const time = detect('a cough for three weeks').find(({ Category }) => Category === 'TIME_EXPRESSION');
  expect(time?.Attributes.map(({ Type, Text, RelationshipType }) => [Type, Text, RelationshipType])).toEqual([
    ['DX_NAME', 'cough', 'OVERLAP'],
  ]);
});
