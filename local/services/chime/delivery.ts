import type { Delivery } from './events.ts';

export interface Unreliability {
  /** The same seed spoils the same events in the same way. */
  seed: number;
  /** The shares of events that never arrive, arrive twice, or arrive late: from 0 up to 1. */
  lost?: number;
  twice?: number;
  late?: number;
  /** How late at most, in milliseconds. Events that are late overtake one another. */
  lateMs?: number;
}

/** Events that are lost, repeated and late, and so in another order. */
export function unreliable({ seed, lost = 0, twice = 0, late = 0, lateMs = 60_000 }: Unreliability): Delivery {
  const random = randomFrom(seed);
  const delay = () => (random() < late ? 1 + Math.floor(random() * lateMs) : 0);
  return () => {
    if (random() < lost) return [];
    return random() < twice ? [delay(), delay()] : [delay()];
  };
}

/** Numbers from 0 up to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
