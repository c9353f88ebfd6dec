import { expect, test } from 'vitest';
import { toId, toLabel } from '../../../pipeline/clinical/labels.ts';
import { entityOf } from '../entityOf.ts';

test.each([
  [[['Headache', 0.9]], 'headache'],
  [[['HIV', 0.9]], 'HIV'],
  [[['CoQ10', 0.9]], 'CoQ10'],
  [[['McArdle disease', 0.9]], 'McArdle disease'],
  [
    [
      ['cough', 0.5],
      ['dry cough', 0.9],
      ['Coughing', 0.7],
    ],
    'dry cough',
  ],
  [
    [
      ['first', 0.9],
      ['second', 0.9],
    ],
    'first',
  ],
] as [[string, number][], string][])('%j is "%s"', (said, label) => {
  expect(toLabel(said.map(([text, score]) => entityOf({ text, score })))).toBe(label);
});

test('a vital sign is called by its name', () => {
  const mentions = ['118 by 70', 'BP'].map((text) => entityOf({ text, type: 'TEST_NAME' }));
  expect(toLabel(mentions)).toBe('blood pressure');
});

test('the id is that of the earliest mention, by begin and then by category', () => {
  const at = (id: string, begin: number, category: string) => entityOf({ id, begin, category });
  expect(toId([at('c', 9, 'A'), at('b', 3, 'MEDICATION'), at('a', 3, 'MEDICAL_CONDITION')])).toBe('a');
});
