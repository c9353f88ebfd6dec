import { describe, expect, test } from 'vitest';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { openAll } from '../../../pipeline/reading/pages.ts';

/** A page whose turns, entities and codes are numbers. */
function pageOf(revision: number, numbers: number[], page?: { number: number; of: number }): Opened {
  const all = { turns: numbers, entities: numbers.map((n) => n + 100), codes: numbers.map((n) => n + 200) };
  const shared = page?.number ? {} : { consultation: 'all of it', findingReviews: ['review'] };
  return { revision, ...all, ...shared, ...(page && { page }) } as unknown as Opened;
}

test('one page is the consultation', async () => {
  const opened = pageOf(3, [1, 2]);
  expect(await openAll(async () => opened)).toEqual(opened);
});

test('pages are joined in their order, and nothing says afterwards that there were any', async () => {
  const pages = [[1, 2], [3], [4, 5]].map((numbers, number) => pageOf(7, numbers, { number, of: 3 }));
  const asked: number[] = [];
  const whole = await openAll(async (page) => {
    asked.push(page);
    return pages[page] ?? pageOf(7, []);
  });
  expect(whole).toEqual(pageOf(7, [1, 2, 3, 4, 5]));
  expect(asked).toEqual([0, 1, 2]);
});

describe('a consultation that changes between two pages', () => {
  /** Every page is of one revision more, until `settled` of them were asked for. */
  const changing = (settled: number) => {
    let asked = 0;
    return async (number: number) => pageOf(Math.min((asked += 1), settled), [number], { number, of: 2 });
  };

  test('is read again', async () => {
    expect(await openAll(changing(3))).toEqual(pageOf(3, [0, 1]));
  });

  test('and again each time is refused', async () => {
    await expect(openAll(changing(1_000))).rejects.toMatchObject({ code: 'ChangedMeanwhile', status: 409 });
  });
});
