import { type Bytes, codesOf, endWindows, find, u64, wholeBytes } from './bytes.ts';
import { type Box, boxAt, boxesIn, boxesOf, inside } from './boxes.ts';
import type { Track } from './contents.ts';
import { checkTimescale, type IndexedTrack } from './mp4Tracks.ts';

/** What a fragment (`moof`) holds of a track. */
interface Part {
  track: number;
  /** Ticks before it; undefined when it does not say. */
  from: number | undefined;
  ticks: number;
  samples: number;
  bytes: number;
}

interface Fragment {
  parts: Part[];
  /** Where its data ends. */
  end: number;
  /** How much of its data is in the file: 1 is all. */
  share: number;
}

/** A track's length in its fragments, in seconds, with the samples of the index before them. */
export interface Fragments {
  tracks: Map<number, Pick<Track, 'seconds' | 'isEstimate' | 'bytesPerSecond'>>;
  truncated: boolean;
}

type Defaults = ReadonlyMap<number, { ticks: number; bytes: number }>;

const moofType = codesOf('moof');
const moofBytes = 4 * 1024 ** 2;

/**
 * Measures a fragmented movie: from its first fragments to its last, sought from the end. A fragment whose end is
 * missing is left out, and the recording is `truncated`. Undefined when there are no fragments.
 */
export async function measureFragments(
  bytes: Bytes,
  moov: Box,
  tracks: readonly IndexedTrack[],
): Promise<Fragments | undefined> {
  const defaults = await readDefaults(bytes, moov);
  const whole = bytes.size - moov.end;
  const isSmall = whole <= wholeBytes;
  const first = await fragmentsFrom(bytes, moov.end, isSmall ? whole : 262_144, defaults);
  let last = first;
  for (const window of isSmall ? [] : endWindows) {
    const from = Math.max(moov.end, bytes.size - window);
    last = await fragmentsFrom(bytes, from, bytes.size - from, defaults);
    if (tracks.every(({ id }) => wholeOnes(last).some(({ parts }) => parts.some(({ track }) => track === id)))) break;
  }
  if (first.length === 0 && last.length === 0) return undefined;
  const measured = tracks.map((track) => [track.id, measure(track, first, last, whole)] as const);
  return { tracks: new Map(measured), truncated: await isCut(bytes, last) };
}

const wholeOnes = (fragments: readonly Fragment[]) => fragments.filter(({ share }) => share === 1);

function measure(track: IndexedTrack, first: readonly Fragment[], last: readonly Fragment[], whole: number) {
  const partsOf = (fragments: readonly Fragment[]) =>
    fragments.flatMap(({ parts }) => parts.filter(({ track: id }) => id === track.id));
  const begin = partsOf(first)[0]?.from;
  // A recording of one fragment whose end is missing still has the beginning of it.
  const kept = wholeOnes(last).length > 0 ? wholeOnes(last) : last;
  const parts = partsOf(kept);
  const seen = parts.reduce((sum, part) => ({ ticks: sum.ticks + part.ticks, samples: sum.samples + part.samples }), {
    ticks: 0,
    samples: 0,
  });
  const seenBytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const timescale = checkTimescale(track.timescale, seen.samples > 0 ? seen.ticks / seen.samples : 0, track);
  const share = kept === last && wholeOnes(last).length === 0 ? (last[0]?.share ?? 0) : 1;
  const end = parts.reduce((latest, { from = 0, ticks }) => Math.max(latest, from + ticks * share), 0);
  const isTimed = begin !== undefined && parts.some(({ from }) => from !== undefined);
  const span = (kept.at(-1)?.end ?? 0) - (kept[0]?.end ?? 0);
  const all = last === first ? seen.ticks * share : 0;
  // Without times, the fragments seen stand for the others; two movies joined begin their times anew.
  const spanTicks = seen.ticks - (parts[0]?.ticks ?? 0);
  const untimed = last === first ? all : span > 0 ? (spanTicks / span) * whole : seen.ticks;
  const ticks = isTimed ? Math.max(track.ticks > 0 ? end : end - begin, track.ticks + all) : track.ticks + untimed;
  const seconds = ticks / timescale;
  return {
    seconds,
    isEstimate: !isTimed && last !== first,
    bytesPerSecond: seen.ticks > 0 ? (seenBytes * timescale) / seen.ticks : 0,
  };
}

/** Whether bytes follow the last whole fragment that are no whole box. */
async function isCut(bytes: Bytes, last: readonly Fragment[]): Promise<boolean> {
  const end = wholeOnes(last).at(-1)?.end;
  if (end === undefined || last.at(-1)?.share !== 1) return true;
  const boxes = await boxesIn(bytes, end, bytes.size);
  const reached = boxes.at(-1)?.end ?? end;
  return reached !== bytes.size && boxes.some(({ type, end: to }) => /^moof|mdat$/.test(type) && to > bytes.size);
}

async function fragmentsFrom(bytes: Bytes, from: number, length: number, defaults: Defaults): Promise<Fragment[]> {
  const view = await bytes.at(from, length);
  const fragments: Fragment[] = [];
  for (let at = find(view, moofType, 4); at !== -1; at = find(view, moofType, at + 4)) {
    const moof = boxAt(view, at - 4, view.byteLength);
    const [first] = moof ? boxesOf(view, moof.bodyAt, Math.min(moof.end, view.byteLength)) : [];
    if (!moof || first?.type !== 'mfhd' || moof.end - moof.at > moofBytes || moof.end > view.byteLength) continue;
    const parts = partsOf(view, moof, defaults);
    const data = boxAt(await bytes.at(from + moof.end, 16), 0, bytes.size - from - moof.end);
    const end = from + moof.end + (data?.end ?? 0);
    const present = bytes.size - from - moof.end - (data?.bodyAt ?? 0);
    const share = data && end <= bytes.size ? 1 : Math.max(0, present / ((data?.end ?? 0) - (data?.bodyAt ?? 0) || 1));
    fragments.push({ parts, end, share: data ? share : 0 });
    at = moof.end - 4;
  }
  return fragments;
}

async function readDefaults(bytes: Bytes, moov: Box): Promise<Defaults> {
  const defaults = new Map<number, { ticks: number; bytes: number }>();
  for (const { bodyAt } of await inside(bytes, [moov], 'moov', 'mvex', 'trex')) {
    const view = await bytes.at(bodyAt, 24);
    defaults.set(view.getUint32(4), { ticks: view.getUint32(12), bytes: view.getUint32(16) });
  }
  return defaults;
}

/** ISO/IEC 14496-12, 8.8.6 to 8.8.12. */
function partsOf(view: DataView, moof: Box, defaults: Defaults): Part[] {
  return boxesOf(view, moof.bodyAt, moof.end).flatMap((traf) => {
    if (traf.type !== 'traf') return [];
    const boxes = boxesOf(view, traf.bodyAt, Math.min(traf.end, moof.end));
    const header = boxes.find(({ type }) => type === 'tfhd');
    if (!header) return [];
    const track = view.getUint32(header.bodyAt + 4);
    const flags = view.getUint32(header.bodyAt);
    let at = header.bodyAt + 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0);
    const ticks = flags & 8 ? view.getUint32(at) : (defaults.get(track)?.ticks ?? 0);
    at += flags & 8 ? 4 : 0;
    const bytes = flags & 16 ? view.getUint32(at) : (defaults.get(track)?.bytes ?? 0);
    const time = boxes.find(({ type }) => type === 'tfdt');
    const from =
      time && (view.getUint8(time.bodyAt) === 1 ? u64(view, time.bodyAt + 4) : view.getUint32(time.bodyAt + 4));
    const part: Part = { track, from, ticks: 0, samples: 0, bytes: 0 };
    for (const run of boxes) if (run.type === 'trun') addRun(view, run, { ticks, bytes }, part);
    return [part];
  });
}

function addRun(view: DataView, run: Box, usual: { ticks: number; bytes: number }, part: Part): void {
  const flags = view.getUint32(run.bodyAt);
  const count = view.getUint32(run.bodyAt + 4);
  const has = (flag: number) => (flags & flag) !== 0;
  let at = run.bodyAt + 8 + (has(1) ? 4 : 0) + (has(4) ? 4 : 0);
  const width = [0x100, 0x200, 0x400, 0x800].filter(has).length * 4;
  if (width === 0) {
    part.ticks += count * usual.ticks;
    part.bytes += count * usual.bytes;
    part.samples += count;
    return;
  }
  const present = Math.min(count, Math.floor((run.end - at) / width));
  for (let n = 0; n < present; n += 1) {
    part.ticks += has(0x100) ? view.getUint32(at) : usual.ticks;
    part.bytes += has(0x200) ? view.getUint32(at + (has(0x100) ? 4 : 0)) : usual.bytes;
    at += width;
  }
  part.samples += present;
}
