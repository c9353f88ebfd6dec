import { expect, test } from 'vitest';
import { Pace } from '../../../local/call/pace.ts';
import { virtualClock } from '../../../local/services/clock.ts';

const minute = 60_000;

test('time passes when somebody says so, and by itself only afterwards', async () => {
  const clock = virtualClock(0);
  const rung: number[] = [];
  const ring = (ms: number) => clock.sleep(ms).then(() => rung.push(clock.now()));
  const pace = new Pace(clock);
  const all = [ring(minute), ring(10 * minute)];
  await pace.pass(2 * minute);
  expect([rung, clock.now()]).toEqual([[2 * minute], 2 * minute]);
  pace[Symbol.dispose]();
  await Promise.all(all);
  expect(rung).toEqual([2 * minute, 10 * minute]);
});

test('whoever waits for something waits until then', async () => {
  const clock = virtualClock(0);
  using pace = new Pace(clock);
  expect(await pace.until(() => clock.now() >= 1_000)).toBe(true);
  expect(clock.now()).toBe(1_000);
});
