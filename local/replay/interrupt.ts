import { setTimeout as pause } from 'node:timers/promises';

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** A terminal signals the whole group, and `run.mjs` passes the signal on: both are one Ctrl-C. */
const sameKeyMs = 500;
const stopMs = 3_000;

/** Ends the process on Ctrl-C in good order: it says how far things are, stops what runs, and exits as a shell expects. */
export class Interrupt implements Disposable {
  readonly #handlers: readonly [NodeJS.Signals, () => void][];
  #at: number | undefined;
  #stop: (() => Promise<void>) | undefined;

  constructor(tell: () => void) {
    this.#handlers = Object.entries(signals).map(([name, code]) => [
      name as NodeJS.Signals,
      () => void this.#end(tell, code),
    ]);
    for (const [name, handler] of this.#handlers) process.on(name, handler);
  }

  /** What has to be stopped before the process may end. */
  set stop(stop: (() => Promise<void>) | undefined) {
    this.#stop = stop;
  }

  /** Work that fails because everything is being stopped has nothing to say any more: it waits for the end. */
  async quiet<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (this.#at !== undefined) await new Promise(() => {});
      throw error;
    }
  }

  async #end(tell: () => void, code: number): Promise<void> {
    if (this.#at !== undefined) {
      // A second Ctrl-C is somebody who does not want to wait.
      if (performance.now() - this.#at > sameKeyMs) process.exit(code);
      return;
    }
    this.#at = performance.now();
    tell();
    await Promise.race([this.#stop?.().catch(() => undefined), pause(stopMs)]);
    process.exit(code);
  }

  [Symbol.dispose](): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler);
  }
}
