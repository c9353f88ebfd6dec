import type { Clock } from './clock.ts';

/** A rate with a burst, by default that of one second, as the AWS request quotas are meant. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #most: number;
  #tokens: number;
  #filledAt: number;

  /** `perSecond` tokens come in each second of `clock`, and no more than `most` are ever kept. */
  constructor(clock: Clock, perSecond: number, most = perSecond) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#most = most;
    this.#tokens = most;
    this.#filledAt = clock.now();
  }

  /** Whether `cost` tokens are available. A cost above the whole bucket needs a full one, or it could never be paid. */
  has(cost = 1): boolean {
    this.#fill();
    return this.#tokens >= Math.min(cost, this.#most);
  }

  /** Takes `cost` tokens; call after `has`. */
  take(cost = 1): void {
    this.#tokens -= Math.min(cost, this.#most);
  }

  #fill(): void {
    const now = this.#clock.now();
    // A clock that is set back takes nothing away.
    const passed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#most, this.#tokens + (passed / 1000) * this.#perSecond);
    this.#filledAt = now;
  }
}

/** A bucket for each key, full when it is first asked for. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a token of a key, whose rate is always the same. @returns whether there was one */
  take(key: string, { rate, burst }: { rate: number; burst: number }): boolean {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#clock, rate, burst);
    this.#buckets.set(key, bucket);
    const has = bucket.has();
    if (has) bucket.take();
    return has;
  }
}
