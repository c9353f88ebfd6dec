import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { LambdaRuntime } from './runtime.ts';

const minute = 60_000;

export interface ScheduleOptions {
  clock: Clock;
  lambda: LambdaRuntime;
  functionName: string;
  region: string;
  accountId: string;
  onBroken: (error: unknown) => void;
}

/**
 * Invokes a function at the next full minute after it is armed, as often as it is armed between two of them, once. A real
 * schedule ticks for ever; a clock that jumps whenever nothing is under way would then do nothing else. An invocation that
 * fails arms it anew, as the next tick would be one more try.
 */
export function schedule({ clock, lambda, functionName, region, accountId, onBroken }: ScheduleOptions) {
  const closing = new AbortController();
  let ticking: Promise<void> | undefined;
  let running = 0;

  async function tick(): Promise<void> {
    await clock.sleep(minute - (clock.now() % minute), closing.signal);
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
    if ('error' in answer) arm();
  }

  function arm(): void {
    if (closing.signal.aborted) return;
    ticking ??= tick().catch((error: unknown) => {
      if (!closing.signal.aborted) onBroken(error);
    });
  }

  return { arm, isArmed: () => ticking !== undefined || running > 0, close: () => closing.abort() };
}
