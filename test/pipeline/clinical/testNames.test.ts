import { expect, test } from 'vitest';
import { testNameOf } from '../../../pipeline/clinical/testNames.ts';

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
  ['heart tracing', 'ECG'],
  ['EKG', 'ECG'],
  ['E.C.G.', 'ECG'],
  ['CBC', 'full blood count'],
  ['complete blood count', 'full blood count'],
  ['A1C', 'HbA1c'],
  ['hemoglobin A1c', 'HbA1c'],
  ['X-ray of your chest', 'chest X-ray'],
  ['X-ray', undefined],
  ['haemoglobin', undefined],
  ['EEG', undefined],
  ['eye pressure', undefined],
  ['foot pulses', undefined],
  ['birth weight', undefined],
  ['3 by 4', undefined],
  ['transferrin saturation', undefined],
])('"%s" is the test %s', (text, name) => {
  expect(testNameOf({ type: 'TEST_NAME', text })).toBe(name);
});

test('a treatment is no test', () => {
  expect(testNameOf({ type: 'TREATMENT_NAME', text: 'oxygen' })).toBeUndefined();
});
