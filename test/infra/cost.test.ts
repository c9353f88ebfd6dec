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
    expect(totalOf(usual)?.each).toBeCloseTo(own + 15 * 0.000025, 4);
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

describe('the price of larger volumes', () => {
  const month = (consultations: number) =>
    toBill({ ...usual, consultations }).find(({ item }) => item === 'DetectEntitiesV2')?.month;

  test.each([
    ['up to a million units', 8_333, 8_333 * 1.2],
    ['half of what is above', 10_000, 10_000 + 200_000 * 0.005],
    ['a tenth of what is above two million', 20_000, 10_000 + 5_000 + 400_000 * 0.001],
  ])('%s', (_, consultations, usd) => expect(month(consultations)).toBeCloseTo(usd, 6));

  test.each([
    [1_000, 'that matters from 8,334 such consultations a month on.'],
    [10_000, 'that saves 1,000 USD a month here, and is in the table.'],
  ])('%i consultations: %s', (consultations, note) => {
    expect(toTable({ ...usual, consultations }).at(-1)).toContain(note);
  });

  test('is not mentioned where it is not known to be any', () => {
    expect(toTable({ ...usual, operations: ['InferICD10CM'] }).at(-1)).toMatch(/^\| together/);
  });
});

test('one is one', () => {
  const [heading] = toTable({ ...usual, consultations: 1, minutes: 1 });
  expect(heading).toMatch(/^1 consultation of 1 minute a month, 800 characters a minute;/);
});

test('the README shows what the command prints', async () => {
  expect(await readFile('README.md', 'utf8')).toContain(toTable(usual).join('\n'));
});
