import type { Json } from '../jsonService.ts';
import { type Thread, Variables, type Visit } from './run.ts';

/** The reason with which an iteration is stopped when a sibling has failed. */
class SiblingFailed extends Error {
  override readonly name = 'SiblingFailed';
}

/**
 * The iterations of one Map attempt. The first failure stops the others and is thrown once all have ended.
 */
export class Branches {
  readonly #visit: Visit;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #failure: { error: unknown; thread: Thread } | undefined;

  constructor(visit: Visit) {
    this.#visit = visit;
    this.#signal = AbortSignal.any([visit.thread.signal, this.#stop.signal]);
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** A thread with a scope of its own that follows the event `previous`. */
  thread(previous: number, item?: Thread['item']): Thread {
    const variables = new Variables(this.#visit.thread.variables);
    return { previous, variables, signal: this.#signal, ...(item && { item }) };
  }

  /** Runs one branch; returns undefined when it did not come to its end. */
  async run(thread: Thread, body: () => Promise<Json>): Promise<{ output: Json } | undefined> {
    try {
      return { output: await body() };
    } catch (error) {
      this.#failure ??= { error, thread };
      this.#stop.abort(new SiblingFailed());
      return undefined;
    }
  }

  /** Whether this branch is the one whose failure stopped the others. */
  isCulprit(thread: Thread): boolean {
    return this.#failure?.thread === thread;
  }

  /** Hands control back to the state: throws the first failure, if there was one. */
  finish(last: number): void {
    this.#visit.thread.signal.throwIfAborted();
    this.#visit.thread.previous = this.#failure?.thread.previous ?? last;
    if (this.#failure) throw this.#failure.error;
  }
}
