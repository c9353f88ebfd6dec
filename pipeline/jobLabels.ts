import { isObject, readLabel, readList, readMs, readObject, refuse, refuseAt, type Unread } from './jobItems.ts';

/** Rounded times of one word may differ by a hair between the two lists. */
const nearbyMs = 5;

interface Label {
  startMs: number;
  label: string;
  given: boolean;
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
  let from = 0;
  return (startMs) => {
    while (timeAt(from) < startMs - nearbyMs) from += 1;
    while (timeAt(from - 1) >= startMs - nearbyMs) from -= 1;
    let nearest: Label | undefined;
    for (let at = from; timeAt(at) <= startMs + nearbyMs; at += 1) {
      const label = labels[at];
      if (label && !label.given && !(nearest && distance(nearest, startMs) <= distance(label, startMs)))
        nearest = label;
    }
    if (nearest) nearest.given = true;
    return nearest?.label;
  };
}

const distance = (label: Label, startMs: number) => Math.abs(label.startMs - startMs);

function readLabels({ label, items, path }: Segment): Label[] {
  const place = { path, index: 0 };
  const labels: Label[] = [];
  for (; place.index < items.length; place.index += 1) {
    const item: Unread<'start_time' | 'speaker_label'> = readObject(items[place.index], place);
    const startMs = readMs(item.start_time, place, 'start_time');
    labels.push({ startMs, label: readLabel(item, place) ?? label, given: false });
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
