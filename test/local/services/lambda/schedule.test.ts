import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/services/clock.ts';
import type { LambdaRuntime } from '../../../../local/services/lambda/runtime.ts';
import { schedule } from '../../../../local/services/lambda/schedule.ts';

const start = Date.UTC(2026, 0, 5, 8, 0, 20);

/** A schedule whose function fails the first `failures` times, and when it was invoked. */
function scheduled(failures = 0) {
  const clock = virtualClock(start);
  const times: string[] = [];
  const invoke = async (_: string, event: unknown) => {
    times.push((event as { time: string }).time);
    return times.length <= failures ? { error: 'Throttled', cause: '' } : { payload: null };
  };
  const broken: unknown[] = [];
  const own = schedule({
    clock,
    lambda: { invoke } as unknown as LambdaRuntime,
    functionName: 'carryAudit',
    region: 'eu-west-1',
    accountId: '111122223333',
    onBroken: (error) => broken.push(error),
  });
  return { clock, times, broken, ...own };
}

test('ticks once at the next full minute, however often it was armed before', async () => {
  const { clock, times, arm } = scheduled();
  arm();
  arm();
  await clock.sleep(300_000);
  expect(times).toEqual(['2026-01-05T08:01:00Z']);
  arm();
  await clock.sleep(60_000);
  expect(times).toEqual(['2026-01-05T08:01:00Z', '2026-01-05T08:06:00Z']);
});

test('ticks again after an invocation that failed', async () => {
  const { clock, times, arm } = scheduled(2);
  arm();
  await clock.sleep(600_000);
  expect(times).toEqual(['2026-01-05T08:01:00Z', '2026-01-05T08:02:00Z', '2026-01-05T08:03:00Z']);
});

test('that is closed ticks no more, and nothing is broken by it', async () => {
  const { clock, times, broken, arm, close } = scheduled();
  arm();
  close();
  arm();
  await clock.sleep(300_000);
  expect([times, broken]).toEqual([[], []]);
});
