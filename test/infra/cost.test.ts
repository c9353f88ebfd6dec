import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { toBill, toTable, type Workload } from '../../infra/cost.ts';
import { estimateUsd } from '../../pipeline/clinical/prices.ts';

const usual: Workload = {
  minutes: 15,
  consultations: 1000,
  characters: 800,
  operations: ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'],
};

const totalOf = (workload: Workload) => toBill(workload).find(({ item }) => item === 'together');

describe('the bill', () => {
  test('is what the pipeline itself would estimate, and the states', () => {
    const own = estimateUsd('transcribe-medical', 15 * 60, {
      DetectEntitiesV2: 120,
      InferICD10CM: 120,
      InferRxNorm: 120,
    });
    expect(totalOf(usual)?.each).toBeCloseTo(own + 14 * 0.000025, 4);
    expect(totalOf(usual)?.month).toBeCloseTo(1000 * (totalOf(usual)?.each ?? 0), 6);
  });

  test.each<[string, Partial<Workload>, string, string]>([
    ['a second of talk costs fifteen', { minutes: 1 / 60 }, 'Transcribe Medical', '0.25 min'],
    ['a call rounds its units up', { minutes: 1, characters: 801 }, 'InferICD10CM', '9 units'],
    ['each of two calls does', { minutes: 1, characters: 10_002 }, 'InferICD10CM', '102 units'],
  ])('%s', (_, more, item, quantity) => {
    expect(toBill({ ...usual, ...more })).toContainEqual(expect.objectContaining({ item, quantity }));
  });
});

test('the README shows what the command prints', async () => {
  expect(await readFile('README.md', 'utf8')).toContain(toTable(usual).join('\n'));
});
