import type { Clock } from '../../local/clock.ts';

export interface ManualClock extends Clock {
  /** Moves the time on and lets the sleepers that are due wake up. */
  advance(ms: number): Promise<void>;
}

/** A clock that only moves when the test says so. */
export function manualClock(start = Date.UTC(2026, 10, 20, 9, 30)): ManualClock {
  let now = start;
  let sleepers: { due: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { due: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason as Error);
        });
      }),
    busy: (work) => work,
    async advance(ms) {
      now += ms;
      const due = sleepers.filter((sleeper) => sleeper.due <= now);
      sleepers = sleepers.filter((sleeper) => sleeper.due > now);
      for (const { wake } of due) wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** The error a promise rejects with; fails when it resolves. */
export async function failureOf<T = Error>(promise: Promise<unknown>): Promise<T> {
  try {
    await promise;
  } catch (error) {
    return error as T;
  }
  throw new Error('expected a rejection');
}

/** What every SDK client of these tests has in common: no retry hides an error, no default chain is asked. */
export function clientConfig(endpoint: string, region = 'eu-west-1') {
  return { endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' } };
}
