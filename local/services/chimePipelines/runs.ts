/** The work of pipelines that is under way: each until it ends, is stopped, or the stand-in closes. */
export class Runs {
  readonly #closing: AbortSignal;
  readonly #onBroken: (error: unknown) => void;
  readonly #runs = new Map<string, { stop: AbortController; done: Promise<void> }>();

  constructor(closing: AbortSignal, onBroken: (error: unknown) => void) {
    this.#closing = closing;
    this.#onBroken = onBroken;
  }

  /** `stop` aborts when the pipeline is to end; work that rejects because the stand-in closes is no failure. */
  start(id: string, work: (stop: AbortSignal) => Promise<void>): void {
    const stop = new AbortController();
    const done = work(stop.signal)
      .catch((error: unknown) => {
        if (!this.#closing.aborted) this.#onBroken(error);
      })
      .finally(() => this.#runs.delete(id));
    this.#runs.set(id, { stop, done });
  }

  stop(id: string): void {
    this.#runs.get(id)?.stop.abort();
  }

  /** Resolves when nothing is done for a pipeline, at once if nothing is. */
  async settled(id: string): Promise<void> {
    await this.#runs.get(id)?.done;
  }

  /** Resolves when nothing is being written any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ done }) => done));
  }
}
