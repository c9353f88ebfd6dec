import type { Retrier } from './definition.ts';
import type { StateFailure } from './failure.ts';

/** Counts the retries of one state, each retrier on its own, and tells how long to wait before the next one. */
export class Retries {
  /** Retries made so far, by any retrier: `$states.context.State.RetryCount`. */
  count: number;
  readonly #retriers: Retrier[];
  readonly #used: number[];
  readonly #random: () => number;

  /** @param made the retries that were made before the process died */
  constructor(retriers: Retrier[], random: () => number, made: { count: number; used: number[] } | undefined) {
    this.#retriers = retriers;
    this.count = made?.count ?? 0;
    this.#used = retriers.map((_, index) => made?.used[index] ?? 0);
    this.#random = random;
  }

  get made(): { count: number; used: number[] } {
    return { count: this.count, used: [...this.#used] };
  }

  /**
   * Milliseconds to wait before trying again; undefined when the first retrier that matches is used up or none matches.
   */
  next(failure: StateFailure): number | undefined {
    const index = this.#retriers.findIndex((retrier) => failure.matches(retrier.ErrorEquals));
    const retrier = this.#retriers[index];
    const used = this.#used[index] ?? 0;
    if (!retrier || used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#used[index] = used + 1;
    this.count++;
    return Math.round(this.#seconds(retrier, used) * 1000);
  }

  #seconds(retrier: Retrier, used: number): number {
    const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
    const capped = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return retrier.JitterStrategy === 'FULL' ? capped * this.#random() : capped;
  }
}
