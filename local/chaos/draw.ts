import type { Random } from '../cases/random.ts';

/** A whole number from 0 up to, and without, `count`. */
export const numberOf = (random: Random, count: number): number => Math.floor(random() * count);

export function oneOf<T>(random: Random, all: readonly T[]): T {
  return all[numberOf(random, all.length)] as T;
}

/** One of a table that is not empty, each as often as its weight. */
export function weighted<T>(random: Random, all: readonly (readonly [T, number])[]): T {
  let left = random() * all.reduce((sum, [, weight]) => sum + weight, 0);
  const drawn = all.find(([, weight]) => (left -= weight) < 0) ?? all.at(-1);
  return (drawn as readonly [T, number])[0];
}
