import { describe, expect, test } from 'vitest';
import { scaleOf, toLikelihood, without, type Weights } from '../../../../pipeline/clinical/assertion/likelihood.ts';
import { readings } from '../../../../pipeline/clinical/assertion/readings.ts';

const weights: Weights = {
  condition: { no: [0, 1, 0, 0, 0, 0, 0], yes: [1, 0, 0, 0, 0, 0, 0], huge: [900, 0, 0, 0, 0, 0, -900] },
  medicine: { no: [0, 0, 0, 2, 0, 0, 0, 0, 0, 0] },
  test: {},
};
/** So many cues that each counts once. */
const usual = Array.from({ length: 198 }, (_, n) => `unheard of ${n}`);

test('a weight of 1 makes a reading e times as likely as another, among as many cues as a mention usually has', () => {
  const [present = 0, absent = 0, possible = 0] = toLikelihood('condition', ['no', 'x', ...usual], weights);
  expect(absent / present).toBeCloseTo(Math.E, 10);
  expect(possible).toBe(present);
});

describe('the likelihoods', () => {
  test.each(['condition', 'medicine', 'test'] as const)('of a %s are one for each reading, and together 1', (kind) => {
    for (const cues of [[], ['no'], ['no', 'yes', 'unheard of'], ['huge']]) {
      const likelihood = toLikelihood(kind, cues, weights);
      expect(likelihood).toHaveLength(readings[kind].length);
      expect(likelihood.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
      expect(likelihood.every((each) => each >= 0)).toBe(true);
    }
  });

  test('of a mention without a known cue are all alike', () => {
    expect(new Set(toLikelihood('condition', ['never heard of'], weights)).size).toBe(1);
  });

  test('take the weights of the kind', () => {
    const likeliest = (kind: 'condition' | 'medicine') => {
      const likelihood = toLikelihood(kind, ['no'], weights);
      return readings[kind][likelihood.indexOf(Math.max(...likelihood))];
    };
    expect([likeliest('condition'), likeliest('medicine')]).toEqual(['absent', 'not-taking']);
  });

  test('count a cue once', () => {
    expect(toLikelihood('condition', ['no', 'no', 'yes'], weights)).toEqual(
      toLikelihood('condition', ['yes', 'no'], weights),
    );
  });
});

test.each([
  [0, Math.sqrt(200)],
  [1, Math.sqrt(200)],
  [50, 2],
  [200, 1],
  [800, 0.5],
])('each of %i cues counts %d', (cues, scale) => expect(scaleOf(cues)).toBeCloseTo(scale, 12));

test('what cannot be leaves its part to the others', () => {
  expect(without([0.5, 0.3, 0.2], 0)).toEqual([0, expect.closeTo(0.6, 12), expect.closeTo(0.4, 12)]);
  expect(without([1, 0], 0)).toEqual([0, 0]);
});
