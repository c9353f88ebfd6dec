import type { ImportedWord, Segment } from './importedWords.ts';

/** A word with its times, whole milliseconds, and its speaker. */
export interface TimedWord {
  text: string;
  speaker: string | undefined;
  startMs: number;
  endMs: number;
  confidence: number | undefined;
}

export interface Timed {
  words: TimedWord[];
  /** The file has times, be they only those of its segments. */
  hasTimes: boolean;
  /** Words that got a time between their neighbours, or within their segment. */
  spread: number;
  /** Words that would have begun before the one before them in their segment. */
  backwards: number;
  /** The file's segments do not stand in the order of their times. */
  reordered: boolean;
}

/** Recognizers let segments overlap a little: these keep their order. */
const overlapMs = 1_000;

/**
 * Gives every word a time. A word without one lies between its neighbours, by its length; where nothing in the file has a
 * time, the words lie spread over the recording. Times do not go backwards within a segment; two speakers may well speak
 * at once.
 */
export function toTimed(segments: readonly Segment[], durationMs: number): Timed {
  const spoken = segments.filter(({ words }) => words.length > 0);
  const ordered = inOrder(spoken);
  const hasTimes = spoken.some((one) => [one, ...one.words].some(({ startMs }) => startMs !== undefined));
  const words = ordered.flatMap((segment) => withEdges(segment));
  const spread = fill(words, durationMs);
  const backwards = settle(words);
  return {
    words: words.map(({ text, speaker, startMs = 0, endMs = startMs, confidence }) => ({
      text,
      speaker,
      startMs,
      endMs,
      confidence,
    })),
    hasTimes,
    spread,
    backwards,
    reordered: ordered.some((segment, at) => segment !== spoken[at]),
  };
}

/** By their begin; a segment without one stays behind the segment before it. */
function inOrder(segments: readonly Segment[]): Segment[] {
  let last = 0;
  const keyed = segments.map((segment) => {
    const startMs = segment.startMs ?? segment.words[0]?.startMs ?? last;
    last = startMs >= last - overlapMs ? Math.max(last, startMs) : startMs;
    return { segment, key: last };
  });
  return keyed.toSorted((a, b) => a.key - b.key).map(({ segment }) => segment);
}

interface Open extends ImportedWord {
  /** The word begins a segment: the times before it say nothing about it. */
  isFirst: boolean;
}

/** The words of a segment; its times are those of its first and its last word, where they have none. */
function withEdges({ speaker, startMs, endMs, words }: Segment): Open[] {
  return words.map((word, at) => ({
    ...word,
    speaker: word.speaker ?? speaker,
    startMs: word.startMs ?? (at === 0 ? startMs : undefined),
    endMs: word.endMs ?? (at === words.length - 1 ? endMs : undefined),
    isFirst: at === 0,
  }));
}

/** Fills each run of words between two known times. Answers how many words had none of their own. */
function fill(words: Open[], durationMs: number): number {
  let spread = 0;
  let reached = 0;
  for (let from = 0; from < words.length; ) {
    let to = from;
    while (words[to]?.endMs === undefined && to + 1 < words.length && words[to + 1]?.startMs === undefined) to += 1;
    const run = words.slice(from, to + 1);
    const begin = run[0]?.startMs ?? reached;
    const end = run.at(-1)?.endMs ?? Math.max(begin, words[to + 1]?.startMs ?? durationMs);
    if (run.length > 1 || run[0]?.startMs === undefined || run[0]?.endMs === undefined) spread += run.length;
    share(run, begin, Math.max(begin, end));
    reached = run.at(-1)?.endMs ?? reached;
    from = to + 1;
  }
  return spread;
}

/** Long words take longer; a letter more for the pause between two words. */
function share(run: readonly Open[], begin: number, end: number): void {
  const total = run.reduce((sum, { text }) => sum + text.length + 1, 0);
  let at = 0;
  for (const word of run) {
    word.startMs ??= Math.round(begin + ((end - begin) * at) / total);
    at += word.text.length + 1;
    word.endMs ??= Math.round(begin + ((end - begin) * at) / total);
  }
}

/** Within a segment no word begins before the one before it, and none ends before it begins. */
function settle(words: Open[]): number {
  let backwards = 0;
  let last = 0;
  for (const word of words) {
    const startMs = word.startMs ?? 0;
    if (word.isFirst) last = 0;
    if (startMs < last) backwards += 1;
    word.startMs = Math.max(startMs, last);
    word.endMs = Math.max(word.endMs ?? 0, word.startMs);
    last = word.startMs;
  }
  return backwards;
}
