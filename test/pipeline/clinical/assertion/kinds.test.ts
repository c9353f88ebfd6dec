import { expect, test } from 'vitest';
import { kindOf } from '../../../../pipeline/clinical/assertion/kinds.ts';
import type { Kind } from '../../../../pipeline/clinical/assertion/readings.ts';

test.each<[string, string, Kind | undefined]>([
  ['MEDICATION', 'BRAND_NAME', 'medicine'],
  ['MEDICAL_CONDITION', 'DX_NAME', 'condition'],
  ['TEST_TREATMENT_PROCEDURE', 'PROCEDURE_NAME', 'test'],
  ['BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'ALLERGIES', 'condition'],
  ['BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'SMOKER', undefined],
  ['ANATOMY', 'SYSTEM_ORGAN_SITE', undefined],
  ['TIME_EXPRESSION', 'TIME_TO_DX_NAME', undefined],
  ['MEDICAL_CONDITION', 'TIME_EXPRESSION', undefined],
  ['MEDICAL_CONDITION', 'ACUITY', undefined],
  ['MEDICATION', 'FREQUENCY', undefined],
  ['TEST_TREATMENT_PROCEDURE', 'TEST_VALUE', undefined],
  ['MEDICAL_CONDITION', 'A_TYPE_TO_COME', 'condition'],
  ['', '', undefined],
])('%s %s is a %s', (category, type, kind) => expect(kindOf({ category, type })).toBe(kind));
