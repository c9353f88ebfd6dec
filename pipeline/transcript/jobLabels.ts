import { isObject, readLabel, readList, readMs, readObject, refuse, refuseAt, type Unread } from './jobItems.ts';

/** Rounded times of one word may differ by a hair between the two lists. */
const nearbyMs = 5;

interface Label {
  startMs: number;
  label: string;
}

/**
 * The older shape labels words in a second list of times without words. Each label is given away once, at its word's
 * time: two speakers' simultaneous words find one label each, and segments that overlap keep their words apart.
 * The returned function must be asked once per word, in the words' order: the two lists are walked in step.
 */
export function joinLabels(speakerLabels: unknown): (startMs: number) => string | undefined {
  const labels = readSegments(speakerLabels)
    .flatMap(readLabels)
    .sort((a, b) => a.startMs - b.startMs);
  const timeAt = (at: number) => labels[at]?.startMs ?? Number.NaN;
  // `next` of a label that was given away leads to one behind it, the more directly the more often it is walked.
  const next = Array.from({ length: labels.length + 1 }, (_, at) => at);
  const notGiven = (from: number): number => {
    let at = from;
    for (let to = next[at] ?? at; to !== at; to = next[at] ?? at) {
      next[at] = next[to] ?? to;
      at = to;
    }
    return at;
  };
  let from = 0;
  return (startMs) => {
    while (timeAt(from) < startMs - nearbyMs) from += 1;
    while (timeAt(from - 1) >= startMs - nearbyMs) from -= 1;
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let at = notGiven(from); timeAt(at) <= startMs + nearbyMs; at = notGiven(at + 1)) {
      const distance = Math.abs(timeAt(at) - startMs);
      if (distance >= least) break; // they stand in the order of time: it only gets further
      [nearest, least] = [at, distance];
    }
    if (nearest < 0) return undefined;
    next[nearest] = nearest + 1;
    return labels[nearest]?.label;
  };
}

function readLabels({ label, items, path }: Segment): Label[] {
  const place = { path, index: 0 };
  const labels: Label[] = [];
  for (; place.index < items.length; place.index += 1) {
    const item: Unread<'start_time' | 'speaker_label'> = readObject(items[place.index], place);
    const startMs = readMs(item.start_time, place, 'start_time');
    labels.push({ startMs, label: readLabel(item, place) ?? label });
  }
  return labels;
}

interface Segment {
  startMs: number;
  label: string;
  items: readonly unknown[];
  path: string;
}

/** The segments of `speaker_labels` as they begin. */
function readSegments(speakerLabels: unknown): Segment[] {
  if (!isObject(speakerLabels)) refuseAt('results.speaker_labels', speakerLabels);
  const { segments }: Unread<'segments'> = speakerLabels;
  const path = 'results.speaker_labels.segments';
  return readList(segments, path)
    .map((value, index): Segment => {
      const place = { path, index };
      const segment: Unread<'start_time' | 'speaker_label' | 'items'> = readObject(value, place);
      const startMs = readMs(segment.start_time, place, 'start_time');
      const label = readLabel(segment, place) ?? refuse(undefined, place, 'speaker_label');
      const itemsPath = `${path}.${index}.items`;
      return {
        startMs,
        label,
        items: segment.items === undefined ? [] : readList(segment.items, itemsPath),
        path: itemsPath,
      };
    })
    .sort((a, b) => a.startMs - b.startMs);
}
