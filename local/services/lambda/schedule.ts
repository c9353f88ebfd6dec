import { randomUUID } from 'node:crypto';
import { type Clock, passes } from '../clock.ts';
import type { LambdaRuntime } from './runtime.ts';

const minute = 60_000;
/** What is found only once it is old enough, is found within so long after a schedule was armed. */
const settlingMs = 15 * minute;

export interface ScheduleOptions {
  clock: Clock;
  lambda: LambdaRuntime;
  functionName: string;
  /** From one tick to the next. They fall on full multiples of it. */
  minutes: number;
  /**
   * Asked after each tick: there is still something to look at. With it, the clock never jumps to a tick for that alone.
   */
  goesOn?: (() => boolean) | undefined;
  region: string;
  accountId: string;
  onBroken: (error: unknown) => void;
}

/**
 * Invokes a function at the next tick after it is armed, as often as it is armed between two of them, once. A real
 * schedule ticks for ever; a clock that jumps whenever nothing is under way would then do nothing else. An invocation that
 * fails arms it anew, as the next tick would be one more try. With `goesOn`, it ticks on while there is something to look
 * at, and whenever the clock gets there for another reason.
 */
export function schedule({ clock, lambda, functionName, minutes, goesOn, ...options }: ScheduleOptions) {
  const { region, accountId, onBroken } = options;
  const closing = new AbortController();
  let ticking: Promise<void> | undefined;
  let running = 0;
  let armedAt = 0;

  function nextTick(): Promise<void> {
    const now = clock.now();
    const at = now + minutes * minute - (now % (minutes * minute));
    return goesOn ? passes(clock, at, closing.signal) : clock.sleep(at - now, closing.signal);
  }

  async function tick(): Promise<void> {
    await nextTick();
    ticking = undefined;
    running += 1;
    const answer = await lambda.invoke(functionName, {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: accountId,
      time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region,
      resources: [`arn:aws:events:${region}:${accountId}:rule/${functionName}`],
      detail: {},
    });
    running -= 1;
    if ('error' in answer || goesOn?.() || (goesOn && clock.now() < armedAt + settlingMs)) wait();
  }

  function arm(): void {
    armedAt = clock.now();
    wait();
  }

  function wait(): void {
    if (closing.signal.aborted) return;
    ticking ??= tick().catch((error: unknown) => {
      if (!closing.signal.aborted) onBroken(error);
    });
  }

  // What waits for time to pass holds up nobody.
  return { arm, isArmed: () => (!goesOn && ticking !== undefined) || running > 0, close: () => closing.abort() };
}
