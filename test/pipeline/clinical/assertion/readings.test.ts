import { expect, test } from 'vitest';
import { mayBeAllergy, readingOf, readings } from '../../../../pipeline/clinical/assertion/readings.ts';

test('every kind can be of the family, possible, and nothing at all: the decision tells these apart', () => {
  for (const names of Object.values(readings))
    expect(names).toEqual(expect.arrayContaining(['family', 'possible', 'none']));
});

test.each<[string, string, string, boolean]>([
  ['MEDICAL_CONDITION', 'DX_NAME', 'penicillin allergy', true],
  ['MEDICAL_CONDITION', 'DX_NAME', 'Anaphylactic shock', true],
  ['MEDICAL_CONDITION', 'DX_NAME', 'bee stings', true],
  ['MEDICAL_CONDITION', 'DX_NAME', 'hives', false],
  ['MEDICAL_CONDITION', 'DX_NAME', 'hurts when I breathe', false],
  ['MEDICAL_CONDITION', 'DX_NAME', 'sleep apnoea', false],
  ['BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'ALLERGIES', 'latex', true],
  ['MEDICATION', 'GENERIC_NAME', 'penicillin', true],
])('%s %s "%s" may be an allergy: %j', (category, type, text, expected) => {
  expect(mayBeAllergy({ category, type, text })).toBe(expected);
});

test('a denied allergy of a medicine is no medicine that is not taken', () => {
  const denied = { status: 'absent', reason: 'allergy-denied' } as const;
  expect([readingOf('medicine', denied), readingOf('condition', denied)]).toEqual(['not-allergic', 'absent']);
});
