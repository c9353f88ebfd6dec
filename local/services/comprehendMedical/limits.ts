import type { Clock } from '../clock.ts';
import { TokenBucket } from '../tokenBucket.ts';

/** The quotas of one operation: requests per second, and characters (Unicode code points) per second. */
export interface Throughput {
  tps: number;
  charactersPerSecond: number;
}

/**
 * The operations that answer, each with the most UTF-8 bytes of text it takes. Where the API model and the quota page
 * differ, the smaller number counts, and a KB is 1,000 bytes.
 */
export const maxTextBytes = {
  DetectEntitiesV2: 20_000,
  InferICD10CM: 10_000,
  InferRxNorm: 10_000,
  InferSNOMEDCT: 5_000,
} as const;

export type OperationName = keyof typeof maxTextBytes;

export const operationNames = Object.keys(maxTextBytes) as OperationName[];

const usual: Throughput = { tps: 40, charactersPerSecond: 40_000 };
const snomed: Throughput = { tps: 2, charactersPerSecond: 5_000 };

/** Counts the calls of one operation against its quotas, with a burst of one second. */
export class Throttle {
  readonly #requests: TokenBucket;
  readonly #characters: TokenBucket;

  /** `limits` replaces the documented quotas; SNOMED CT keeps its own where they are lower. */
  constructor(clock: Clock, operation: OperationName, limits: Throughput = usual) {
    const own = operation === 'InferSNOMEDCT' ? snomed : limits;
    this.#requests = new TokenBucket(clock, Math.min(own.tps, limits.tps));
    this.#characters = new TokenBucket(clock, Math.min(own.charactersPerSecond, limits.charactersPerSecond));
  }

  /** Counts a call when both quotas allow it; otherwise counts nothing and returns false. */
  admits(text: string): boolean {
    const characters = Array.from(text).length;
    if (!this.#requests.has() || !this.#characters.has(characters)) return false;
    this.#requests.take();
    this.#characters.take(characters);
    return true;
  }
}
