import { expect, test } from 'vitest';
import type { Clock } from '../../../local/services/clock.ts';
import { TokenBucket, TokenBuckets } from '../../../local/services/tokenBucket.ts';

/** A bucket of two, into which one comes in a second, and a clock that a test sets. */
function bucketAt(start: number) {
  let at = start;
  const bucket = new TokenBucket({ now: () => at } as Clock, 1, 2);
  const takeAll = () => {
    let taken = 0;
    for (; bucket.has(); taken += 1) bucket.take();
    return taken;
  };
  return { takeAll, set: (to: number) => (at = to) };
}

test('what comes is kept, and no more than the bucket holds', () => {
  const { takeAll, set } = bucketAt(0);
  expect(takeAll()).toBe(2);
  set(1_000);
  expect(takeAll()).toBe(1);
  set(60_000);
  expect(takeAll()).toBe(2);
});

test('a clock that is set back takes nothing away, and goes on filling from there', () => {
  const { takeAll, set } = bucketAt(300_000);
  set(0);
  expect(takeAll()).toBe(2);
  set(1_000);
  expect(takeAll()).toBe(1);
});

test('each key has a bucket of its own, which is the same one when it is asked again', () => {
  let at = 0;
  const buckets = new TokenBuckets({ now: () => at } as Clock);
  const take = (key: string) => buckets.take(key, { rate: 1, burst: 2 });
  expect(['a', 'a', 'a', 'b'].map(take)).toEqual([true, true, false, true]);
  // What is refused takes nothing.
  at = 1_000;
  expect(['a', 'a', 'b', 'b'].map(take)).toEqual([true, false, true, true]);
});
