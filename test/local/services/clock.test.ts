import { setTimeout as realDelay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { passes, realClock, skippingClock, virtualClock } from '../../../local/services/clock.ts';

describe('virtual clock', () => {
  test('starts where it is told and stands still by itself', async () => {
    const clock = virtualClock(1000);
    await realDelay(20);
    expect(clock.now()).toBe(1000);
  });

  test('jumps over a year at once and wakes sleepers in order of time, then of making', async () => {
    const clock = virtualClock(0);
    const year = 365 * 24 * 3600 * 1000;
    const woken: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name}@${clock.now()}`);
    };
    await Promise.all([sleep('year', year), sleep('b', 20), sleep('a', 10), sleep('b2', 20)]);
    expect(woken).toEqual(['a@10', 'b@20', 'b2@20', `year@${year}`]);
  });

  test('lets one sleeper go on before it wakes the next', async () => {
    const clock = virtualClock(0);
    const seen: number[] = [];
    const loop = async (step: number) => {
      for (let n = 0; n < 3; n++) {
        await clock.sleep(step);
        seen.push(clock.now());
      }
    };
    await Promise.all([loop(10), loop(15)]);
    expect(seen).toEqual([10, 15, 20, 30, 30, 45]);
  });

  test('stands still while work is under way, however long it takes', async () => {
    const clock = virtualClock(0);
    const work = clock.busy(realDelay(60, 'done').then((result) => `${result} at ${clock.now()}`));
    const sleeping = clock.sleep(5);
    expect(await work).toBe('done at 0');
    await sleeping;
    expect(clock.now()).toBe(5);
  });

  test('hands on the failure of busy work and goes on', async () => {
    const clock = virtualClock(0);
    await expect(clock.busy(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await clock.sleep(7);
    expect(clock.now()).toBe(7);
  });

  test('a chain of real work that starts other real work counts as one', async () => {
    const clock = virtualClock(0);
    let timedOut = false;
    const timeout = clock.sleep(1000).then(() => (timedOut = true));
    for (let n = 0; n < 5; n++) await clock.busy(realDelay(5));
    expect(timedOut).toBe(false);
    await timeout;
  });

  test('waits for whoever holds it; letting go twice counts once', async () => {
    const clock = virtualClock(0);
    const first = clock.hold();
    const second = clock.hold();
    let woken = false;
    const sleeping = clock.sleep(5).then(() => (woken = true));
    first();
    first();
    await realDelay(30);
    expect(woken).toBe(false);
    second();
    await sleeping;
  });

  test('set forward, it wakes those who are due by then, whatever is under way', async () => {
    const clock = virtualClock(0);
    const release = clock.hold();
    const woken: string[] = [];
    const early = clock.sleep(1_000).then(() => woken.push('early'));
    void clock.sleep(5_000).then(() => woken.push('late'));
    clock.jump(2_000);
    await early;
    expect([clock.now(), ...woken]).toEqual([2_000, 'early']);
    release();
  });

  test('a timer whose time has come needs no quiet: a sleep of 0 ends even in busy work', async () => {
    const clock = virtualClock(0);
    await clock.busy(clock.sleep(0));
    expect(clock.now()).toBe(0);
  });

  test.each([
    ['before', 0],
    ['while', 20],
  ])('rejects with the reason of a signal that aborts %s it sleeps, and never jumps there', async (_, delay) => {
    const clock = virtualClock(0);
    const release = clock.hold();
    const stop = new AbortController();
    const reason = new Error('stopped');
    if (delay === 0) stop.abort(reason);
    const sleeping = clock.sleep(1_000_000, stop.signal);
    setTimeout(() => stop.abort(reason), delay);
    await expect(sleeping).rejects.toBe(reason);
    release();
    await clock.sleep(3);
    expect(clock.now()).toBe(3);
  });

  test('of two timers of one instant the first may abort the second', async () => {
    const clock = virtualClock(0);
    const stop = new AbortController();
    const first = clock.sleep(10).then(() => stop.abort(new Error('too late')));
    const second = clock.sleep(10, stop.signal);
    await expect(second).rejects.toThrow('too late');
    await first;
  });

  test('refuses a sleep that never ends', async () => {
    await expect(virtualClock(0).sleep(Number.POSITIVE_INFINITY)).rejects.toThrow(RangeError);
  });
});

describe('a time that a clock gets to', () => {
  test('comes in its order when the clock jumps further, and is not jumped to', async () => {
    const clock = virtualClock(0);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name}@${clock.now()}`);
    void passes(clock, 15).then(note('passed'));
    void passes(clock, 1_000).then(note('never'));
    await clock.sleep(10).then(note('slept'));
    await clock.sleep(10).then(note('slept'));
    await realDelay(20);
    expect(seen).toEqual(['slept@10', 'passed@15', 'slept@20']);
    expect(clock.now()).toBe(20);
  });

  test('has come already, or comes when the clock is set forward, whatever is under way', async () => {
    const clock = virtualClock(100);
    await passes(clock, 50);
    const release = clock.hold();
    const passing = passes(clock, 200);
    clock.jump(150);
    await passing;
    release();
    expect(clock.now()).toBe(250);
  });

  test('comes by itself where time does, also while work is under way', async () => {
    const clock = skippingClock();
    const release = clock.hold();
    const at = clock.now() + 30;
    await passes(clock, at);
    expect(clock.now()).toBeGreaterThanOrEqual(at);
    release();
  });

  test('comes though the timer of the machine is early', async () => {
    const slow = vi.spyOn(performance, 'now').mockImplementation(() => process.uptime() * 500);
    onTestFinished(() => slow.mockRestore());
    const clock = skippingClock();
    const release = clock.hold();
    const at = clock.now() + 10;
    await passes(clock, at);
    expect(clock.now()).toBeGreaterThanOrEqual(at);
    release();
  });

  test('is not waited for once its signal aborts', async () => {
    const clock = virtualClock(0);
    const stop = new AbortController();
    const passing = passes(clock, 10, stop.signal);
    stop.abort(new Error('enough'));
    await expect(passing).rejects.toThrow('enough');
    await expect(passes(clock, 10, stop.signal)).rejects.toThrow('enough');
    clock.jump(20);
  });

  test('is a sleep on a clock that does not jump', async () => {
    const clock = realClock();
    const at = clock.now() + 20;
    await passes(clock, at);
    expect(clock.now()).toBeGreaterThanOrEqual(at);
  });
});

describe('real clock', () => {
  test('sleeps in real time', async () => {
    const clock = realClock();
    const began = clock.now();
    await clock.sleep(30);
    expect(clock.now() - began).toBeGreaterThanOrEqual(30);
  });

  test('rejects with the reason of the signal', async () => {
    const reason = new Error('stopped');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 10);
    await expect(realClock().sleep(60_000, stop.signal)).rejects.toBe(reason);
    await expect(realClock().sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('a sleep longer than setTimeout allows does not end at once', async () => {
    const stop = new AbortController();
    const sleeping = realClock().sleep(2 ** 40, stop.signal);
    const first = await Promise.race([sleeping.then(() => 'ended'), realDelay(30, 'still asleep')]);
    expect(first).toBe('still asleep');
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });
});
