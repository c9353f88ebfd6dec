import { expect, test } from 'vitest';
import type { Weights } from '../../../pipeline/clinical/assertion/likelihood.ts';
import { weights } from '../../../pipeline/clinical/assertion/weights.ts';
import { packWeights, unpackWeights } from '../../../pipeline/reading/packedWeights.ts';

test('every weight of every cue is there again, and nothing else', async () => {
  const packed = await packWeights(weights);
  expect(await unpackWeights(packed)).toEqual(weights);
  expect(packed).toMatch(/^[\w+/]+=*$/);
  // A page carries it, whatever else it holds.
  expect(packed.length).toBeLessThan(100_000);
});

test('cues whose names begin alike, are of several kinds or not plain letters keep their rows apart', async () => {
  const some: Weights = {
    condition: { no: [1.27, -1.28, 0, 0, 0, 0, 0.01], 'no é "x"': [0, 0, 0, 0, 0, 0, 0] },
    medicine: { no: [0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.5], [`${'n'.repeat(90)}o`]: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
    test: { [`${'n'.repeat(90)}p`]: [0, 0, 0.33, 0, 0, 0] },
  };
  expect(await unpackWeights(await packWeights(some))).toEqual(some);
});

test.each([0.005, 1.5])('a weight of %d is refused, not rounded', async (weight) => {
  const row = [weight, 0, 0, 0, 0, 0, 0];
  await expect(packWeights({ condition: { no: row }, medicine: {}, test: {} })).rejects.toThrow(
    `${weight} cannot be packed`,
  );
});
