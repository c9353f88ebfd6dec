import type { Clock } from '../../local/clock.ts';

interface Sleeper {
  at: number;
  wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-03-02T09:30:00Z');
  readonly #sleepers = new Set<Sleeper>();
  readonly #work = new Set<Promise<unknown>>();

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { at: this.#now + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', () => {
      this.#sleepers.delete(sleeper);
      reject(signal.reason as Error);
    });
    return promise;
  }

  async busy<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  /** Moves the time on by `ms`, waking sleepers in their order and letting each one's work end first. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await this.#settle();
      const [next] = [...this.#sleepers].sort((a, b) => a.at - b.at);
      if (!next || next.at > until) break;
      this.#sleepers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = until;
  }

  async #settle(): Promise<void> {
    do {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.allSettled(this.#work);
    } while (this.#work.size > 0);
  }
}
