import { setTimeout as pause } from 'node:timers/promises';

type Listener = (text: string) => void;

/** Reads something again and again while somebody listens, and tells each change of it. */
export class Feed {
  readonly #read: () => Promise<unknown>;
  readonly #everyMs: number;
  readonly #listeners = new Set<Listener>();
  #last: string | undefined;
  #isReading = false;

  constructor(read: () => Promise<unknown>, everyMs: number) {
    this.#read = read;
    this.#everyMs = everyMs;
  }

  /** Tells it how things stand, now and after each change, as JSON. @returns what ends that */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#last !== undefined) listener(this.#last);
    if (!this.#isReading) void this.#follow();
    return () => void this.#listeners.delete(listener);
  }

  async #follow(): Promise<void> {
    this.#isReading = true;
    while (this.#listeners.size > 0) {
      // What cannot be read now, perhaps because the stack is about to end, is read the next time.
      const now = await this.#read().then(JSON.stringify, () => this.#last);
      if (now !== undefined && now !== this.#last) for (const listener of this.#listeners) listener(now);
      this.#last = now;
      await pause(this.#everyMs, undefined, { ref: false });
    }
    this.#isReading = false;
    this.#last = undefined;
  }
}
