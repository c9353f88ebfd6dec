/**
 * The time of the embedded stack. Waits, retries, visibility timeouts, job delays and state timeouts all run on it.
 * What happens inside a Lambda step (its own timeout included) runs on the real clock.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves `ms` later on this clock; rejects with the signal's reason when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Marks work under way that may schedule timers: a virtual clock never advances while any is. */
  busy<T>(work: Promise<T>): Promise<T>;
}
