import { setImmediate as nextTurn, setTimeout as realDelay } from 'node:timers/promises';

/**
 * The time of the embedded stack. Waits, retries, visibility timeouts, job delays and state timeouts all run on it.
 * Everything inside a Lambda step (its own timeout included) runs on the real clock.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves `ms` later on this clock; rejects with the signal's reason when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Resolves once the clock has got to a time by itself or for another reason: for what happens when nobody does anything
   * for long. A clock that jumps never does so for this alone. Other clocks have no such method: there it is a sleep.
   */
  passes?(at: number, signal?: AbortSignal): Promise<void>;
  /** Marks work under way that may schedule timers: a virtual clock never advances while there is any. */
  busy<T>(work: Promise<T>): Promise<T>;
}

export interface VirtualClock extends Clock {
  /**
   * Stops the clock for someone who acts from outside; the function it returns lets it go on, and may be called twice.
   */
  hold(): () => void;
  /** Sets the clock forward, whatever is under way: timers that are due by then resolve. */
  jump(ms: number): void;
}

/** Resolves once the clock has got to a time, to which it does not jump for that alone: see `Clock.passes`. */
export function passes(clock: Clock, at: number, signal?: AbortSignal): Promise<void> {
  return clock.passes?.(at, signal) ?? clock.sleep(at - clock.now(), signal);
}

/** `setTimeout` takes 31 bits of milliseconds, about 24.8 days; a state may wait for a year. */
const longestDelay = 2 ** 31 - 1;

/** The machine's own clock. */
export function realClock(): Clock {
  return { now: () => Date.now(), sleep: realSleep, busy: (work) => work };
}

async function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  const end = Date.now() + ms;
  try {
    do {
      await realDelay(Math.min(Math.max(end - Date.now(), 0), longestDelay), undefined, signal ? { signal } : {});
    } while (Date.now() < end);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * A clock that stands still while anything is under way and jumps to its next timer as soon as nothing is: no work is
 * `busy`, nobody holds it, and the event loop has turned several times over `graceMs` without a new timer. Timers
 * resolve in the order of their time, then of their making. A sleep inside `busy` work can never end, since the work
 * itself keeps the clock still; only a sleep of 0 does.
 *
 * @param start milliseconds since the epoch
 */
export function virtualClock(start = Date.now()): VirtualClock {
  return new JumpingClock(start);
}

/**
 * A clock that runs like the machine's own and, like the virtual one, jumps to its next timer as soon as nothing is
 * under way: work takes the time it takes, waiting takes none. A replay on it shows real durations.
 */
export function skippingClock(): VirtualClock {
  const started = performance.now();
  return new JumpingClock(Date.now(), () => Math.floor(performance.now() - started));
}

interface Timer {
  due: number;
  resolve: () => void;
  /** The clock does not jump for it alone. */
  isPassing: boolean;
}

/** One hop over a loopback socket takes one turn of the loop; a request and its answer with headers take a few. */
const quietTurns = 4;
/** Covers work that does not turn the loop: a file or a hash in the thread pool. */
const graceMs = 1;

class JumpingClock implements VirtualClock {
  /** The clock's time without the time that has passed by itself. */
  #base: number;
  readonly #passed: () => number;
  #timers: Timer[] = [];
  #busy = 0;
  #watching = false;
  /** Grows with everything that happens, so a quiet spell can be told from a busy one that ended again. */
  #activity = 0;

  constructor(start: number, passed = () => 0) {
    this.#base = start;
    this.#passed = passed;
  }

  now(): number {
    return this.#base + this.#passed();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!Number.isFinite(ms)) return Promise.reject(new RangeError(`a sleep of ${ms} ms never ends`));
    return this.#until(this.now() + Math.max(0, ms), false, signal);
  }

  passes(at: number, signal?: AbortSignal): Promise<void> {
    // Time that passes by itself gets there as well, and the machine's timer may fire a moment before it does.
    let byItself: NodeJS.Timeout | undefined;
    const look = () => {
      const ms = at - this.now();
      if (ms <= 0) this.#happened();
      else byItself = setTimeout(look, Math.min(ms, longestDelay)).unref();
    };
    const passed = this.#until(at, true, signal);
    look();
    return passed.finally(() => clearTimeout(byItself));
  }

  #until(due: number, isPassing: boolean, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
      this.#activity++;
      reject(signal?.reason as Error);
    };
    const timer: Timer = {
      due,
      isPassing,
      resolve: () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
    };
    signal?.addEventListener('abort', abort, { once: true });
    const later = this.#timers.findIndex((other) => other.due > timer.due);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    this.#happened();
    return promise;
  }

  busy<T>(work: Promise<T>): Promise<T> {
    return work.finally(this.hold());
  }

  hold(): () => void {
    let held = true;
    this.#busy++;
    this.#activity++;
    return () => {
      if (!held) return;
      held = false;
      this.#busy--;
      this.#happened();
    };
  }

  jump(ms: number): void {
    this.#base += ms;
    this.#happened();
  }

  #happened(): void {
    this.#activity++;
    if (!this.#watching) void this.#watch();
  }

  /** Runs only while there is a timer that may fire, so that an idle clock does not keep the process alive. */
  async #watch(): Promise<void> {
    this.#watching = true;
    for (let next = this.#next(); next; next = this.#next()) {
      if (next.due <= this.now()) {
        // Its time has come already. One turn of the loop lets the timer before it take effect first: that may abort
        // this one.
        await nextTurn();
        if (this.#timers[0] === next) this.#fire(next);
      } else if (this.#busy > 0) {
        break;
      } else if (await this.#quiet()) {
        this.#base = Math.max(this.#base, next.due - this.#passed());
        this.#fire(next);
      }
    }
    this.#watching = false;
  }

  /** The earliest timer, if its time has come or there is one to jump for. */
  #next(): Timer | undefined {
    const [first] = this.#timers;
    if (!first || first.due <= this.now()) return first;
    return this.#timers.some(({ isPassing }) => !isPassing) ? first : undefined;
  }

  #fire(timer: Timer): void {
    this.#timers.shift();
    this.#activity++;
    timer.resolve();
  }

  async #quiet(): Promise<boolean> {
    const seen = this.#activity;
    for (let turn = 0; turn < 2 * quietTurns; turn++) {
      await (turn === quietTurns ? realDelay(graceMs) : nextTurn());
      if (this.#activity !== seen) return false;
    }
    return true;
  }
}
