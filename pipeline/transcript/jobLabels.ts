import {
  isAbsent,
  isObject,
  readLabel,
  readList,
  readObject,
  readTime,
  refuseAt,
  type Unread,
  type Word,
} from './jobItems.ts';

/** The rounded times of one word may differ by this much between the two lists. */
const nearbyMs = 5;

interface Label {
  startMs: number;
  /** Undefined where the service heard nobody. */
  label: string | undefined;
}

/**
 * The older shape has its labels in a second list, which has times but no words. Each label is given once, to the word
 * that is nearest in time: simultaneous words of two speakers get one label each, and overlapping segments stay apart.
 *
 *     labels by time   1.000 spk_0   1.000 spk_1   1.402 spk_0
 *     words            1.000         1.000         1.400         2.000
 *     given            spk_0         spk_1         spk_0         none
 *
 * The returned function must be asked once per word, in the words' order: the two lists are walked in step.
 */
export function joinLabels(speakerLabels: unknown): (startMs: number) => string | undefined {
  const labels: Label[] = [];
  for (const segment of readSegments(speakerLabels)) readLabels(segment, labels);
  labels.sort((a, b) => a.startMs - b.startMs);
  const timeAt = (at: number) => labels[at]?.startMs ?? Number.NaN;
  const left = numbersBelow(labels.length);
  let from = 0;
  return (startMs) => {
    while (timeAt(from) < startMs - nearbyMs) from += 1;
    while (timeAt(from - 1) >= startMs - nearbyMs) from -= 1;
    const distance = (at: number) => Math.abs(timeAt(at) - startMs);
    let nearest: number | undefined;
    for (let at = left.next(from); timeAt(at) <= startMs + nearbyMs; at = left.next(at + 1)) {
      if (nearest !== undefined && distance(at) >= distance(nearest)) break; // labels are sorted: the rest are farther
      nearest = at;
    }
    if (nearest === undefined) return undefined;
    left.take(nearest);
    return labels[nearest]?.label;
  };
}

/** The whole numbers below `count`, each of which can be taken once. */
function numbersBelow(count: number) {
  // A number that is left leads to itself, a taken one to a higher number, more directly each time the way is walked.
  const ahead = new Uint32Array(count + 1);
  for (let at = 0; at <= count; at += 1) ahead[at] = at;
  return {
    /** The first number that is left from `from` on; `count` if there is none. */
    next(from: number): number {
      let at = from;
      for (let to = ahead[at] ?? at; to !== at; to = ahead[at] ?? at) {
        ahead[at] = ahead[to] ?? to;
        at = to;
      }
      return at;
    },
    take(at: number): void {
      ahead[at] = at + 1;
    },
  };
}

/** Adds the labels of a segment's words. */
function readLabels({ label, items, path }: Segment, labels: Label[]): void {
  const place = { path, index: 0 };
  for (; place.index < items.length; place.index += 1) {
    const item: Unread<'start_time' | 'speaker_label'> = readObject(items[place.index], place);
    const startMs = readTime(item.start_time, place, 'start_time');
    if (!Number.isNaN(startMs)) labels.push({ startMs, label: readLabel(item, place) ?? label });
  }
}

interface Segment {
  startMs: number;
  label: string | undefined;
  items: readonly unknown[];
  path: string;
}

/** The segments of `speaker_labels` in the order in which they begin. */
function readSegments(speakerLabels: unknown): Segment[] {
  if (!isObject(speakerLabels)) refuseAt('results.speaker_labels', speakerLabels);
  const { segments }: Unread<'segments'> = speakerLabels;
  const path = 'results.speaker_labels.segments';
  return readList(segments, path)
    .map((value, index): Segment => {
      const place = { path, index };
      const segment: Unread<'start_time' | 'speaker_label' | 'items'> = readObject(value, place);
      const startMs = readTime(segment.start_time, place, 'start_time') || 0;
      const itemsPath = `${path}.${index}.items`;
      const items = isAbsent(segment.items) ? [] : readList(segment.items, itemsPath);
      return { startMs, label: readLabel(segment, place), items, path: itemsPath };
    })
    .sort((a, b) => a.startMs - b.startMs);
}

/**
 * Gives each word without a label to a neighbour: of the words between two labels, those before the longest silence to
 * the speaker before them, the rest to the speaker behind them.
 *
 *     words    Any pain?      Mm.   No, none.
 *     label    spk_0                spk_1
 *     silence            1 s     0.1 s
 *     given    spk_0          spk_1 spk_1
 *
 * @param labels as the service gave them, one for each word
 * @param nobody the label of a stream in which nobody is told apart
 */
export function settleLabels(
  words: readonly Word[],
  labels: readonly (string | undefined)[],
  nobody: string,
): string[] {
  const settled: string[] = [];
  while (settled.length < words.length) {
    const from = settled.length;
    const label = labels[from];
    if (label !== undefined) {
      settled.push(label);
      continue;
    }
    const found = labels.findIndex((label, at) => at > from && label !== undefined);
    const to = found < 0 ? words.length : found;
    const before = settled.at(-1);
    const behind = labels[to];
    const cut = behind === undefined ? to : before === undefined ? from : longestSilence(words, from, to);
    for (let at = from; at < to; at += 1) settled.push((at < cut ? before : behind) ?? nobody);
  }
  return settled;
}

/** The word from `from` to `to` that the longest silence comes before; of equal ones, the last. */
function longestSilence(words: readonly Word[], from: number, to: number): number {
  const silence = (at: number) => (words[at]?.startMs ?? 0) - (words[at - 1]?.endMs ?? 0);
  let longest = to;
  for (let at = to - 1; at >= from; at -= 1) if (silence(at) > silence(longest)) longest = at;
  return longest;
}
