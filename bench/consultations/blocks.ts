/** `length` items from `a` in one sequence and from `b` in the other are the same. */
export interface Block {
  a: number;
  b: number;
  length: number;
}

/** A stretch of both sequences, ends exclusive. */
interface Stretch {
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
}

/**
 * What two sequences have in common, in order: their longest common run, then the same before it and behind it
 * (Ratcliff and Obershelp's gestalt matching). Of several longest runs it is the one that begins first in `a`, then in `b`.
 */
export function matchingBlocks<T>(a: readonly T[], b: readonly T[]): Block[] {
  const places = Map.groupBy(b.keys(), (index) => b[index] as T);
  const blocks: Block[] = [];
  const waiting: Stretch[] = [{ aFrom: 0, aTo: a.length, bFrom: 0, bTo: b.length }];
  for (let stretch = waiting.pop(); stretch; stretch = waiting.pop()) {
    const found = longestRun(a, places, stretch);
    if (found.length === 0) continue;
    blocks.push(found);
    const { aFrom, aTo, bFrom, bTo } = stretch;
    waiting.push({ aFrom, aTo: found.a, bFrom, bTo: found.b });
    waiting.push({ aFrom: found.a + found.length, aTo, bFrom: found.b + found.length, bTo });
  }
  return blocks.sort((one, other) => one.a - other.a);
}

/** `places` says at which indexes of `b` an item stands, in order. */
function longestRun<T>(a: readonly T[], places: ReadonlyMap<T, readonly number[]>, stretch: Stretch): Block {
  const { aFrom, aTo, bFrom, bTo } = stretch;
  let best: Block = { a: aFrom, b: bFrom, length: 0 };
  /** Length of the run that ends at the item before in `a`, by where it ends in `b`. */
  let before = new Map<number, number>();
  for (let at = aFrom; at < aTo; at += 1) {
    const runs = new Map<number, number>();
    for (const place of places.get(a[at] as T) ?? []) {
      if (place < bFrom || place >= bTo) continue;
      const length = (before.get(place - 1) ?? 0) + 1;
      runs.set(place, length);
      if (length > best.length) best = { a: at - length + 1, b: place - length + 1, length };
    }
    before = runs;
  }
  return best;
}
