import { expect, test } from 'vitest';
import { type Kind, kindOf, readings } from '../../../../pipeline/clinical/assertion/readings.ts';

test.each<[string, string, Kind | undefined]>([
  ['MEDICATION', 'BRAND_NAME', 'medicine'],
  ['MEDICAL_CONDITION', 'DX_NAME', 'condition'],
  ['TEST_TREATMENT_PROCEDURE', 'PROCEDURE_NAME', 'test'],
  ['BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'ALLERGIES', 'condition'],
  ['BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'SMOKER', undefined],
  ['ANATOMY', 'SYSTEM_ORGAN_SITE', undefined],
  ['TIME_EXPRESSION', 'TIME_TO_DX_NAME', undefined],
  ['', '', undefined],
])('%s %s is a %s', (category, type, kind) => expect(kindOf({ category, type })).toBe(kind));

test('every kind can be of the family, possible, and nothing at all: the decision tells these apart', () => {
  for (const names of Object.values(readings))
    expect(names).toEqual(expect.arrayContaining(['family', 'possible', 'none']));
});
