import { expect, test } from 'vitest';
import { attributesOf, conditionsIn, detect, engine, entitiesOf } from './reading.ts';

const medicines = (text: string): ReturnType<typeof detect> => entitiesOf(engine.inferRxNorm(text));

// The RxCUI of the ingredient, by any name it goes by.
test.each([
  ['I take paracetamol', 'paracetamol', 'GENERIC_NAME', '161 acetaminophen'],
  ['I take acetaminophen', 'acetaminophen', 'GENERIC_NAME', '161 acetaminophen'],
  ['just some Tylenol', 'Tylenol', 'BRAND_NAME', '161 acetaminophen'],
  ['salbutamol when needed', 'salbutamol', 'GENERIC_NAME', '435 albuterol'],
  ['the Ventolin', 'Ventolin', 'BRAND_NAME', '435 albuterol'],
  ['on metformin', 'metformin', 'GENERIC_NAME', '6809 metformin'],
  ['Eliquis twice a day', 'Eliquis', 'BRAND_NAME', '1364430 apixaban'],
  ['I had Rennies', 'Rennies', 'BRAND_NAME', '1897 calcium carbonate'],
  ['one Panado', 'Panado', 'BRAND_NAME', '161 acetaminophen'],
  ['Crocin for the fever', 'Crocin', 'BRAND_NAME', '161 acetaminophen'],
  ['Asthalin twice', 'Asthalin', 'BRAND_NAME', '435 albuterol'],
  ['they gave me rifampicin', 'rifampicin', 'GENERIC_NAME', '9384 rifampin'],
  ['the Tivicay', 'Tivicay', 'BRAND_NAME', '1433868 dolutegravir'],
  ['Levemir at night', 'Levemir', 'BRAND_NAME', '139825 insulin detemir'],
  ['some nitro', 'nitro', 'BRAND_NAME', '4917 nitroglycerin'],
  ['rivotril drops', 'rivotril', 'BRAND_NAME', '2598 clonazepam'],
])('%s', (text, words, type, concept) => {
  const [found, ...others] = medicines(text);
  expect([found?.Text, found?.Type, others.length]).toEqual([words, type, 0]);
  expect(found?.RxNormConcepts?.map(({ Code, Description }) => `${Code} ${Description}`)).toEqual([concept]);
});

test.each([
  'my water tablets',
  'a blood thinner',
  'I take the pill',
  'on ARVs',
  'fluid pills',
  'the flu jab',
  'use your inhaler',
  'some antibiotics',
])('a class has no concept: %s', (text) => {
  const classes = detect(text).filter(({ Category }) => Category === 'MEDICATION');
  const coded = medicines(text).flatMap(({ RxNormConcepts = [] }) => RxNormConcepts);
  expect([classes.length, coded]).toEqual([1, []]);
});

test.each(['Yasmin rang me', 'so that is plan B then', 'a spray under your tongue'])('no medicine: %s', (text) => {
  expect(medicines(text)).toEqual([]);
});

// The service has both, the allergy and the medicine.
test.each([
  ["I'm allergic to penicillin", 'allergic to penicillin Z88.0', 'penicillin'],
  ['she has an allergy to codeine', 'allergy to codeine Z88.5', 'codeine'],
  ['allergic to, um, clarithromycin', 'allergic to, um, clarithromycin Z88.9', 'clarithromycin'],
  ['not allergic to aspirin', 'allergic to aspirin Z88.6 NEGATION', 'aspirin'],
  ["I'm on the pill", 'on the pill Z30.011', 'the pill'],
])('%s', (text, condition, medicine) => {
  expect(conditionsIn(text)).toEqual([condition]);
  const found = detect(text).filter(({ Category }) => Category === 'MEDICATION');
  expect([found, medicines(text)].map((entities) => entities.map(({ Text }) => Text))).toEqual([
    [medicine],
    [medicine],
  ]);
});

test.each<[string, string[]]>([
  [
    'take two paracetamol 500 mg tablets four times a day for five days',
    ['STRENGTH 500 mg', 'FORM tablets', 'FREQUENCY four times a day', 'DURATION for five days'],
  ],
  ['ibuprofen 400mg three times daily', ['DOSAGE 400mg', 'FREQUENCY three times daily']],
  ['amoxicillin, five mils every eight hours', ['DOSAGE five mils', 'FREQUENCY every eight hours']],
  ['two puffs of salbutamol every four hours', ['DOSAGE two puffs', 'FREQUENCY every four hours']],
  ['amoxicillin five hundred milligrams by mouth', ['DOSAGE five hundred milligrams', 'ROUTE_OR_MODE by mouth']],
  [
    "I'll start you on amoxicillin. Take one capsule three times a day.",
    ['DOSAGE one capsule', 'FREQUENCY three times a day'],
  ],
  ["I've got some ibuprofen. I swim twice a week.", []],
  ['GTN, one spray under your tongue', ['DOSAGE one spray', 'ROUTE_OR_MODE under your tongue']],
])('%s', (text, expected) => {
  expect(attributesOf(medicines(text)[0])).toEqual(expected);
});
