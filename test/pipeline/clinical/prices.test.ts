import { expect, test } from 'vitest';
import { estimateUsd, prices } from '../../../pipeline/clinical/prices.ts';

test.each<[string, Parameters<typeof estimateUsd>, number]>([
  ['ten minutes of Transcribe Medical', ['transcribe-medical', 600, {}], 0.75],
  ['ten minutes of Transcribe', ['transcribe', 600, {}], 0.24],
  ['ten minutes that another recognizer read', ['imported', 600, {}], 0],
  ['one second, billed as fifteen', ['transcribe-medical', 1, {}], 0.0188],
  ['fifteen seconds', ['transcribe-medical', 15, {}], 0.0188],
  ['sixteen seconds', ['transcribe-medical', 16, {}], 0.02],
  ['ten thousand characters of each kind', ['transcribe', 0, { DetectEntitiesV2: 100, InferICD10CM: 100 }], 1.056],
  ['a unit of a medicine, to four places', ['transcribe', 60, { InferRxNorm: 1 }], 0.0243],
])('%s', (_, [engine, seconds, units], usd) => {
  expect(estimateUsd(engine, seconds, units)).toBe(usd);
});

test('every price says when it was collected', () => {
  expect(prices.asOf).toMatch(/^\d{4}-\d{2}$/);
});
