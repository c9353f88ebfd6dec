import { expect, test } from 'vitest';
import { Feed } from '../../../local/keep/feed.ts';

test('tells how things stand, then each change once, and reads only while somebody listens', async () => {
  let value = 1;
  let reads = 0;
  const feed = new Feed(() => {
    reads += 1;
    return reads === 2 ? Promise.reject(new Error('away')) : Promise.resolve({ value });
  }, 1);
  const told: string[] = [];
  const end = feed.subscribe((text) => told.push(text));
  await expect.poll(() => reads).toBeGreaterThan(4);
  expect(told).toEqual(['{"value":1}']);
  value = 2;
  await expect.poll(() => told.length).toBe(2);
  const late: string[] = [];
  const endLate = feed.subscribe((text) => late.push(text));
  expect([told, late]).toEqual([['{"value":1}', '{"value":2}'], ['{"value":2}']]);
  end();
  endLate();
  const before = reads;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(reads).toBeLessThanOrEqual(before + 1);
  feed.subscribe((text) => told.push(text))();
});
