import { expect, test } from 'vitest';
import { kindOfFinding, listOfStatus } from '../../../pipeline/reading/statuses.ts';

test.each([
  ['ruledOut', { category: 'MEDICATION', type: 'GENERIC_NAME' }, 'medicine'],
  ['possible', { category: 'TEST_TREATMENT_PROCEDURE', type: 'TEST_NAME' }, 'test'],
  ['pastHistory', { category: 'TEST_TREATMENT_PROCEDURE', type: 'PROCEDURE_NAME' }, 'procedure'],
  ['problems', { category: 'MEDICAL_CONDITION', type: 'DX_NAME' }, 'condition'],
  ['possible', { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'TOBACCO_USE' }, 'habit'],
  ['allergies', { category: 'MEDICATION', type: 'GENERIC_NAME' }, 'medicine'],
  ['socialHistory', undefined, 'habit'],
] as const)('a finding of %s whose first mention is %o is a %s', (list, first, kind) => {
  expect(kindOfFinding(list, first)).toBe(kind);
});

test('a medicine that is stopped stays among the medicines; an allergy to it does not', () => {
  expect(listOfStatus.medicine['stopped']).toBe('medications');
  expect(listOfStatus.medicine['allergic']).toBe('allergies');
});
