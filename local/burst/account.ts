import { PipelineError } from '../../pipeline/errors.ts';
import { TokenBucket } from '../services/tokenBucket.ts';
import type { HeapClock } from './heapClock.ts';
import { latency } from './latency.ts';
import type { Quotas } from './quotas.ts';

/** The SDK's own attempts. */
const attempts = 3;
/** As `edge/limits.ts` has it: each attempt may be paid for. */
const clinicalAttempts = 2;

/** The account whose quotas bind: counts each call on the wire and lets it take its time. */
export class Account {
  readonly clock: HeapClock;
  readonly quota: Quotas;
  /** By service and operation. */
  readonly calls = new Map<string, number>();
  readonly refused = new Map<string, number>();
  readonly #buckets = new Map<string, TokenBucket>();
  #connections = 0;
  #queue: (() => void)[] = [];
  /** Of the pauses between attempts: the same in each run. */
  #seed = 1;

  constructor(clock: HeapClock, quota: Quotas) {
    this.clock = clock;
    this.quota = quota;
  }

  random = (): number => {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  };

  /** A call of a step that the service answers. */
  async call(service: string, operation: string): Promise<void> {
    this.#count(this.calls, `${service} ${operation}`);
    await this.pause(latency[service] ?? 0);
  }

  /** A call that the service may refuse as too many; the SDK tries again, then the state does. */
  async limited(service: string, operation: string, refuses: () => boolean): Promise<void> {
    const most = service === 'Comprehend Medical' ? clinicalAttempts : attempts;
    for (let attempt = 1; ; attempt += 1) {
      await this.call(service, operation);
      if (!refuses()) return;
      this.#count(this.refused, `${service} ${operation}`);
      if (attempt === most) throw new PipelineError('Throttled', `${service} refused ${operation}`);
      await this.pause(this.random() * 100 * 2 ** attempt);
    }
  }

  /** Whether a rate does not allow so much more; what is allowed is taken. */
  exceeds(name: string, perSecond: number, cost = 1): boolean {
    const bucket = this.#buckets.get(name) ?? new TokenBucket(this.clock, perSecond);
    this.#buckets.set(name, bucket);
    if (!bucket.has(cost)) return true;
    bucket.take(cost);
    return false;
  }

  /** A call of the database, which waits for one of its connections. */
  async query(operation: string): Promise<void> {
    while (this.#connections >= this.quota.connections) await this.#outside(this.#freed());
    this.#connections += 1;
    await this.call('Supabase', operation);
    this.#connections -= 1;
    this.#queue.shift()?.();
  }

  /** Time passes within a step. */
  pause(ms: number): Promise<void> {
    return this.#outside(this.clock.sleep(ms));
  }

  async #outside(wait: Promise<void>): Promise<void> {
    this.clock.leave();
    await wait;
    this.clock.enter();
  }

  #freed(): Promise<void> {
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #count(counts: Map<string, number>, name: string): void {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}
