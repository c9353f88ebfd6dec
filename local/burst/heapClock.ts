import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../services/clock.ts';

interface Timer {
  due: number;
  made: number;
  fire: (() => void) | undefined;
}

/**
 * Virtual time for tens of thousands of sleepers: the timers are a heap, and no real time is waited for. Work that is not
 * made of promises alone says so through `enter` and `leave`; the clock stands still while any is under way.
 */
export class HeapClock implements Clock {
  #now: number;
  #heap: Timer[] = [];
  /** How many timers of the heap were aborted. */
  #aborted = 0;
  #made = 0;
  #working = 0;

  /** @param start milliseconds since the epoch */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      this.#made += 1;
      const timer: Timer = { due: this.#now + Math.max(0, ms), made: this.#made, fire: undefined };
      const abort = () => {
        timer.fire = undefined;
        this.#aborted += 1;
        reject(signal?.reason as Error);
      };
      timer.fire = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#push(timer);
    });
  }

  busy<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  enter(): void {
    this.#working += 1;
  }

  leave(): void {
    this.#working -= 1;
  }

  /** Lets time pass until `done`, or until nothing is left that could happen: then the answer is false. */
  async run(done: () => boolean): Promise<boolean> {
    for (;;) {
      await nextTurn();
      if (done()) return true;
      if (this.#working > 0) continue;
      const next = this.#pop();
      if (!next) return false;
      if (!next.fire) {
        this.#aborted -= 1;
        continue;
      }
      this.#now = Math.max(this.#now, next.due);
      next.fire();
    }
  }

  #push(timer: Timer): void {
    if (this.#aborted > 1_000 && this.#aborted > this.#heap.length / 2) this.#sweep();
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(timer, heap[above])) break;
      heap[at] = heap[above] as Timer;
      at = above;
    }
    heap[at] = timer;
  }

  /** Timers of days would outlive by far what has aborted them. */
  #sweep(): void {
    // In their order they are a heap.
    this.#heap = this.#heap.filter(({ fire }) => fire).toSorted((one, other) => (isBefore(one, other) ? -1 : 1));
    this.#aborted = 0;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const below = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[below], last)) break;
      heap[at] = heap[below] as Timer;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Timer | undefined, other: Timer | undefined): boolean {
  if (!one || !other) return one !== undefined;
  return one.due === other.due ? one.made < other.made : one.due < other.due;
}
