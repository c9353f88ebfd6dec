import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../../local/services/clock.ts';
import type { LambdaRuntime } from '../../../../local/services/lambda/runtime.ts';
import { schedule, type ScheduleOptions } from '../../../../local/services/lambda/schedule.ts';

const start = Date.UTC(2026, 0, 5, 8, 0, 20);

/** A schedule whose function fails the first `failures` times, and when it was invoked. */
function scheduled(failures = 0, { minutes = 1, goesOn }: Partial<Pick<ScheduleOptions, 'minutes' | 'goesOn'>> = {}) {
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
    minutes,
    goesOn,
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

describe('a schedule that goes on', () => {
  test('while there is something to look at, and a quarter of an hour after it was armed', async () => {
    let isThere = true;
    const { clock, times, arm, isArmed } = scheduled(0, { minutes: 5, goesOn: () => isThere });
    arm();
    // The clock does not get there by itself.
    expect(isArmed()).toBe(false);
    await clock.sleep(21 * 60_000);
    expect(times).toEqual(['05', '10', '15', '20'].map((minute) => `2026-01-05T08:${minute}:00Z`));
    isThere = false;
    await clock.sleep(60 * 60_000);
    expect(times).toHaveLength(5);
    arm();
    await clock.sleep(60 * 60_000);
    expect(times.slice(5)).toEqual(['25', '30', '35', '40'].map((minute) => `2026-01-05T09:${minute}:00Z`));
  });

  test('keeps no clock from standing still', async () => {
    const { clock, times, arm } = scheduled(0, { minutes: 5, goesOn: () => true });
    arm();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([times, clock.now()]).toEqual([[], start]);
  });
});

test('that is closed ticks no more, and nothing is broken by it', async () => {
  const { clock, times, broken, arm, close } = scheduled();
  arm();
  close();
  arm();
  await clock.sleep(300_000);
  expect([times, broken]).toEqual([[], []]);
});
