import { expect, test } from 'vitest';
import { vitalSignOf } from '../../../pipeline/clinical/vitalSigns.ts';

test.each([
  ['blood pressure', 'blood pressure'],
  ['Pressure', 'blood pressure'],
  ['BP', 'blood pressure'],
  ['B.P.', 'blood pressure'],
  ['118 by 70', 'blood pressure'],
  ['one forty-eight over ninety', 'blood pressure'],
  ['162/96', 'blood pressure'],
  ['heart rate', 'pulse'],
  ['sats', 'oxygen saturation'],
  ['oxygen', 'oxygen saturation'],
  ['SpO2', 'oxygen saturation'],
  ['temp', 'temperature'],
  ['respirations', 'respiratory rate'],
  ['weigh', 'weight'],
  ['eye pressure', undefined],
  ['foot pulses', undefined],
  ['birth weight', undefined],
  ['3 by 4', undefined],
  ['transferrin saturation', undefined],
])('"%s" is the vital sign %s', (text, name) => {
  expect(vitalSignOf({ type: 'TEST_NAME', text })).toBe(name);
});

test('a treatment is no vital sign', () => {
  expect(vitalSignOf({ type: 'TREATMENT_NAME', text: 'oxygen' })).toBeUndefined();
});
