/** Counts behind a recall and a precision. They are summed over texts: a text weighs as much as it has codes. */
export interface Score {
  /** How many codes are in the gold standard. */
  wanted: number;
  /** How many of those were found. */
  found: number;
  /** How many codes were answered. */
  given: number;
  /** How many of those are in the gold standard. */
  right: number;
}

/** Compares two sets of codes by a key: the code itself, or its category. */
export function compare(
  wanted: Iterable<string>,
  given: Iterable<string>,
  key: (code: string) => string = (code) => code,
): Score {
  const gold = new Set([...wanted].map(key));
  const answer = new Set([...given].map(key));
  const common = gold.intersection(answer).size;
  return { wanted: gold.size, found: common, given: answer.size, right: common };
}

export function sum(scores: readonly Score[]): Score {
  const total: Score = { wanted: 0, found: 0, given: 0, right: 0 };
  for (const { wanted, found, given, right } of scores) {
    total.wanted += wanted;
    total.found += found;
    total.given += given;
    total.right += right;
  }
  return total;
}

/** 0 to 100; 0 if the whole is 0. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

/** Terms were added with the first half of a set in view; the other half only measures. */
export function halves<Item>(items: readonly Item[]): (readonly [name: string, items: readonly Item[]])[] {
  const middle = Math.ceil(items.length / 2);
  return [
    ['development half', items.slice(0, middle)],
    ['held-back half', items.slice(middle)],
  ];
}
