import { expect, test } from 'vitest';
import { detect } from './reading.ts';

const care = (text: string): string[] =>
  detect(text)
    .filter(({ Category }) => Category === 'TEST_TREATMENT_PROCEDURE')
    .map(({ Text, Type }) => `${Type} ${Text}`);

test.each([
  ["I'm referring you to the podiatrist", 'TREATMENT_NAME podiatrist'],
  ['you need to see a dietitian', 'TREATMENT_NAME dietitian'],
  ["I'd like the falls clinic to see her, so I'll refer her to the falls clinic", 'TREATMENT_NAME falls clinic'],
  ["she's under the cardiologist", 'TREATMENT_NAME cardiologist'],
  ['have you been to A and E', 'TREATMENT_NAME A and E'],
  ['book in with the practice nurse', 'TREATMENT_NAME practice nurse'],
  ['a bit of physio', 'TREATMENT_NAME physio'],
  ['cardiac rehab starts in May', 'TREATMENT_NAME cardiac rehab'],
  ['they did a scope last year', 'PROCEDURE_NAME scope'],
  ['a tilt test', 'TEST_NAME tilt test'],
  ['your FIT test', 'TEST_NAME FIT test'],
  ['had my gall bladder out', 'PROCEDURE_NAME gall bladder out'],
])('%s', (text, expected) => {
  expect(care(text)).toContain(expected);
});

test.each([
  'The podiatrist rang',
  'Cardiology is a big subject',
  'ambulance drivers are on strike',
  'my sister is a midwife',
  'walker is my name',
])('nobody is sent anywhere: %s', (text) => {
  expect(care(text)).toEqual([]);
});
