import type { Json } from '../services/jsonService.ts';
import type { HeapClock } from './heapClock.ts';

/** S3, EventBridge and SQS take about this long to deliver an event. */
const deliveryMs = 800;
/** As in `infra/workflow.yml`: a message that failed comes again. */
const visibilityMs = 180_000;

/** A queue with its event source mapping. */
export class BurstQueue {
  readonly #clock: HeapClock;
  readonly #handle: (messages: readonly Json[]) => Promise<Json[]>;
  readonly #limits: { batchSize: number; maximumConcurrency: number };
  #messages: Json[] = [];
  #running = 0;

  constructor(
    clock: HeapClock,
    limits: { batchSize: number; maximumConcurrency: number },
    handle: (messages: readonly Json[]) => Promise<Json[]>,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#handle = handle;
  }

  /** @param inMs when it is sent, from now */
  send(message: Json, inMs = 0): void {
    void this.#later(message, inMs + deliveryMs);
  }

  async #later(message: Json, ms: number): Promise<void> {
    await this.#clock.sleep(ms);
    this.#messages.push(message);
    this.#poll();
  }

  #poll(): void {
    while (this.#running < this.#limits.maximumConcurrency && this.#messages.length > 0) {
      const batch = this.#messages.splice(0, this.#limits.batchSize);
      void this.#take(batch);
    }
  }

  async #take(batch: readonly Json[]): Promise<void> {
    this.#running += 1;
    const failed = await this.#handle(batch);
    this.#running -= 1;
    for (const message of failed) void this.#later(message, visibilityMs);
    this.#poll();
  }
}
