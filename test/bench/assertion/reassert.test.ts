import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reassert } from '../../../bench/assertion/reassert.ts';
import { readAnnotated, type Variant } from '../../../bench/consultations/documents.ts';
import { toTotals } from '../../../bench/consultations/report.ts';
import { score, type Scored } from '../../../bench/consultations/score.ts';
import { consultations, weights } from '../../../pipeline/clinical/assertion/weights.ts';

const folder = join(import.meta.dirname, '../../../fixtures/consultations');
const names = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? one.name : []));

/** Each of them takes a quarter of a second. */
const some = new Set(names.filter((_, at) => at % 10 === 0));

test('the table of weights names every consultation of the repository', () => {
  expect(names.filter((name) => !consultations.includes(name))).toEqual([]);
});

describe('on every tenth consultation, which the weights were fitted on', () => {
  const read = async (variant: Variant): Promise<Scored[]> => {
    const scored: Scored[] = [];
    for await (const { given, documents } of readAnnotated(folder, variant, (name) => some.has(name))) {
      expect(reassert(documents, weights)).toEqual(documents);
      scored.push(score(given, documents));
    }
    return scored;
  };

  test.each(['as it is', 'without traits'] as const)('the record is as good as it was, %s', async (variant) => {
    const totals = toTotals(await read(variant));
    expect(totals.consultations).toBe(some.size);
    expect(totals.listedRight / (totals.listed - totals.toCheck)).toBeGreaterThan(0.9);
    expect(totals.toCheck / totals.listed).toBeLessThan(0.14);
    expect(totals.grave / totals.consultations).toBeLessThan(2);
  });
});
