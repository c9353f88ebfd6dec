import { expect, test } from 'vitest';
import { fit, foldsOf, type Sample } from '../../../bench/assertion/fit.ts';
import { toLikelihood } from '../../../pipeline/clinical/assertion/likelihood.ts';
import { readings } from '../../../pipeline/clinical/assertion/readings.ts';

const present = readings.condition.indexOf('present');
const absent = readings.condition.indexOf('absent');

const sample = (consultation: string, label: number, ...cues: string[]): Sample => ({
  consultation,
  kind: 'condition',
  cues: new Set(['any', ...cues]),
  label,
  accepted: new Set([label]),
  weight: 1,
});

/** Twenty consultations in which a yes is always followed by what is there, and a no by what is not. */
const samples = Array.from({ length: 20 }, (_, n) => [
  sample(`c${n}`, present, 'yes'),
  sample(`c${n}`, absent, 'no', ...(n === 0 ? ['once'] : [])),
]).flat();
const weights = fit(samples);

test('weights tell the readings apart that their cues tell apart', () => {
  const likeliest = (...cues: string[]) => {
    const likelihood = toLikelihood('condition', ['any', ...cues], weights);
    return likelihood.indexOf(Math.max(...likelihood));
  };
  expect([likeliest('yes'), likeliest('no')]).toEqual([present, absent]);
});

test('a likelihood is one of several that come to 1, and knows nothing of unknown cues', () => {
  const likelihood = toLikelihood('condition', ['never heard of'], weights);
  expect(likelihood.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
  expect(new Set(likelihood).size).toBe(1);
});

test('a cue that one consultation has is left out', () => {
  expect(Object.keys(weights.condition).sort()).toEqual(['any', 'no', 'yes']);
});

test('the same samples give the same weights', () => {
  expect(JSON.stringify(fit(samples))).toBe(JSON.stringify(weights));
});

test('every consultation is left out once, and never fitted on in that fold', () => {
  const folds = foldsOf(samples);
  expect(folds.flatMap(({ consultations }) => consultations).sort()).toEqual(
    [...new Set(samples.map(({ consultation }) => consultation))].sort(),
  );
  for (const { train, test: out, consultations } of folds) {
    expect(out.length).toBeGreaterThan(0);
    expect(train.some(({ consultation }) => consultations.includes(consultation))).toBe(false);
    expect(train.length + out.length).toBe(samples.length);
  }
});
