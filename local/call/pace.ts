import { setTimeout as pause } from 'node:timers/promises';
import type { VirtualClock } from '../services/clock.ts';

/** Whoever waits for something looks so often, in milliseconds of the machine, and so much passes meanwhile. */
const lookMs = 10;
const passedMs = 100;
/** So many looks: minutes of the machine, far more than anything takes that comes at all. */
const looksAtMost = 12_000;

/**
 * The time of a meeting on a clock that jumps. While people are there it passes as on the machine, ten times as fast while
 * something is waited for, and at once while they talk: a clock that jumped by itself would end a silent meeting.
 */
export class Pace implements Disposable {
  readonly #clock: VirtualClock;
  readonly #goOn: () => void;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#goOn = clock.hold();
  }

  /** Lets so many milliseconds pass at once. */
  async pass(ms: number): Promise<void> {
    this.#clock.jump(ms);
    await pause(lookMs);
  }

  /** Lets time pass until it is so. @returns false if it never was */
  async until(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
    for (let n = 0; n < looksAtMost; n += 1) {
      if (await isSo()) return true;
      await pause(lookMs);
      this.#clock.jump(passedMs);
    }
    return false;
  }

  [Symbol.dispose](): void {
    this.#goOn();
  }
}
