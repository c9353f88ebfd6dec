import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeapClock } from '../../../local/burst/heapClock.ts';

test('timers fire in the order of their time, then of their making', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 40 }), async (delays) => {
      const clock = new HeapClock(1_000);
      const fired: [number, number][] = [];
      for (const [n, ms] of delays.entries()) void clock.sleep(ms).then(() => fired.push([clock.now(), n]));
      await clock.run(() => fired.length === delays.length);
      const expected = delays.map((ms, n): [number, number] => [1_000 + ms, n]);
      expect(fired).toEqual(expected.toSorted(([a, n], [b, m]) => a - b || n - m));
    }),
  );
});

test('thousands of timers that were aborted are swept out, and the others fire as before', async () => {
  const clock = new HeapClock(0);
  const stop = new AbortController();
  const fired: number[] = [];
  const sleep = (ms: number, signal?: AbortSignal) =>
    void clock.sleep(ms, signal).then(
      () => fired.push(ms),
      () => {},
    );
  for (let n = 0; n < 3_000; n += 1) sleep((n * 7_919) % 5_000, n % 3 === 0 ? undefined : stop.signal);
  stop.abort();
  sleep(2);
  await clock.run(() => fired.length === 1_001);
  expect(fired).toEqual(fired.toSorted((a, b) => a - b));
  expect(await clock.run(() => false)).toBe(false);
});

test('time stands still while work is under way', async () => {
  const clock = new HeapClock(0);
  let done = false;
  clock.enter();
  setTimeout(() => {
    expect(clock.now()).toBe(0);
    clock.leave();
  }, 5);
  void clock.sleep(60_000).then(() => (done = true));
  await clock.run(() => done);
  expect(clock.now()).toBe(60_000);
});

test('a sleep that is aborted is over, and takes no time', async () => {
  const clock = new HeapClock(0);
  const stop = new AbortController();
  const sleep = clock.sleep(60_000, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(sleep).rejects.toThrow('stopped');
  await expect(clock.sleep(1, stop.signal)).rejects.toThrow('stopped');
  expect(await clock.run(() => false)).toBe(false);
  expect(clock.now()).toBe(0);
});
