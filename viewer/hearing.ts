/** A stretch of the recording, in milliseconds. */
export interface Interval {
  startMs: number;
  endMs: number;
}

/** Played before the first word, so that the ear is there when it comes. */
const leadMs = 700;
/** Played after the last word: its end in the transcript is often a little early. */
const tailMs = 250;
/** Spans with less than this between them are played through, such as a question and its answer. */
const togetherMs = 4_000;

/**
 * What to play to hear an evidence: each span from a little before its first word to a little after its last, the answer
 * included, and not the minutes between spans that lie apart.
 */
export function toIntervals(spans: readonly Interval[], durationMs: number): Interval[] {
  const joined: Interval[] = [];
  for (const { startMs, endMs } of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = joined.at(-1);
    if (last && startMs - last.endMs <= togetherMs) last.endMs = Math.max(last.endMs, endMs);
    else joined.push({ startMs, endMs });
  }
  return joined.map(({ startMs, endMs }) => ({
    startMs: Math.max(0, startMs - leadMs),
    endMs: Math.max(endMs, Math.min(durationMs, endMs + tailMs)),
  }));
}

/** The ranges of a media element, in seconds. */
export type Ranges = Pick<TimeRanges, 'length' | 'start' | 'end'>;

/** Whether a media element can really play from a second. Some say that they did, and play the beginning. */
export function covers(seekable: Ranges, second: number): boolean {
  return Array.from({ length: seekable.length }, (_, n) => n).some(
    (n) => seekable.start(n) <= second && second < seekable.end(n),
  );
}

/** The last of sorted things that begins at or before a time, by halving; -1 where there is none. */
export function lastBefore<Item>(items: readonly Item[], ms: number, startOf: (item: Item) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && startOf(item) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
