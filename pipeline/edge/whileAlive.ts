import { PipelineError, retried } from '../errors.ts';
import type { WhileAlive } from '../ports.ts';
import { longestCallMs } from './limits.ts';

const longestPauseMs = 4_000;

/**
 * Repeats within one invocation. The last try begins while there is time left for it: a call of S3 at its slowest.
 *
 * @param remainingMs how long the invocation still lives
 */
export function toWhileAlive(remainingMs: () => number): WhileAlive {
  return async (work) => {
    for (let delay = 100; ; delay = Math.min(2 * delay, longestPauseMs)) {
      try {
        return await work();
      } catch (error) {
        const isBusy = error instanceof PipelineError && retried.busy.includes(error.name);
        if (!isBusy || remainingMs() < longestCallMs('s3') + delay) throw error;
      }
      await pause(delay * Math.random());
    }
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
