import type { Clock } from './clock.ts';

/** A rate with a burst of one second, as the AWS request quotas are meant. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  /** `perSecond` tokens come in each second of `clock`, and no more than that are ever kept. */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAt = clock.now();
  }

  /** Whether `cost` tokens are available. A cost above the whole bucket needs a full one, or it could never be paid. */
  has(cost = 1): boolean {
    this.#fill();
    return this.#tokens >= Math.min(cost, this.#perSecond);
  }

  /** Takes `cost` tokens; call after `has`. */
  take(cost = 1): void {
    this.#tokens -= Math.min(cost, this.#perSecond);
  }

  #fill(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = now;
  }
}
