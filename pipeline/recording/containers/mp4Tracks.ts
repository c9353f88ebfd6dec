import { ascii, type Bytes, u64 } from './bytes.ts';
import { type Box, boxesIn, inside } from './boxes.ts';
import { type Sound, soundOf } from './mp4Sound.ts';

/** An audio track as the index (`moov`) describes it. */
export interface IndexedTrack extends Sound {
  id: number;
  /** Ticks per second; corrected when it does not fit the samples. */
  timescale: number;
  samples: number;
  /** The samples of the index in ticks. */
  ticks: number;
  bytes: number;
  /** Where the last sample of the index ends in the file; 0 without samples. */
  end: number;
  /** Seconds, as the track's and the movie's headers say. */
  claims: number[];
}

/** Entries of a table that are read; a longer table goes on as it began. */
const maxEntries = 524_288;
const sizesRead = 65_536;

/** The audio tracks of the movie whose index is this box. */
export async function readTracks(bytes: Bytes, moov: Box): Promise<IndexedTrack[]> {
  const parts = await boxesIn(bytes, moov.bodyAt, Math.min(moov.end, bytes.size));
  const movieClaims = (
    await claimOf(
      bytes,
      parts.find(({ type }) => type === 'mvhd'),
    )
  ).claims;
  const tracks: IndexedTrack[] = [];
  for (const trak of parts.filter(({ type }) => type === 'trak')) {
    const track = await readTrack(bytes, trak, movieClaims);
    if (track) tracks.push(track);
  }
  return tracks;
}

async function readTrack(bytes: Bytes, trak: Box, movieClaims: number[]): Promise<IndexedTrack | undefined> {
  const boxes = await boxesIn(bytes, trak.bodyAt, Math.min(trak.end, bytes.size));
  const media = await inside(bytes, boxes, 'mdia', 'mdhd');
  const [handler] = await inside(bytes, boxes, 'mdia', 'hdlr');
  if (!handler || ascii(await bytes.at(handler.bodyAt + 8, 4), 0, 4) !== 'soun') return undefined;
  const [minf] = await inside(bytes, boxes, 'mdia', 'minf');
  if (!minf) return undefined;
  const tables = await inside(bytes, [minf], 'minf', 'stbl');
  const [stbl] = tables;
  const parts = stbl ? await boxesIn(bytes, stbl.bodyAt, Math.min(stbl.end, bytes.size)) : [];
  const box = (...types: string[]) => parts.find(({ type }) => types.includes(type));
  const description = box('stsd');
  const [header] = boxes.filter(({ type }) => type === 'tkhd');
  const head = header ? await bytes.at(header.bodyAt, 24) : undefined;
  if (!description || !head) return undefined;
  const sound = soundOf(await bytes.at(description.bodyAt, Math.min(description.end - description.bodyAt, 65_536)));
  const times = await readTimes(bytes, box('stts'));
  const sizes = await readSizes(bytes, box('stsz', 'stz2'));
  const { timescale, claims } = await claimOf(bytes, media[0]);
  return {
    ...sound,
    id: head.getUint32(head.getUint8(0) === 1 ? 20 : 12),
    timescale: checkTimescale(timescale, times.usual, sound),
    samples: sizes.count,
    ticks: isAbout(times.samples, sizes.count) ? times.ticks : times.usual * sizes.count,
    bytes: sizes.bytes,
    end: await lastEnd(bytes, box('stco', 'co64'), box('stsc'), box('stsz'), sizes.count),
    claims: [...claims, ...movieClaims],
  };
}

/** The timescale and the length of an `mvhd` or `mdhd`, which begin alike. */
async function claimOf(bytes: Bytes, box: Box | undefined): Promise<{ timescale: number; claims: number[] }> {
  if (!box) return { timescale: 0, claims: [] };
  const view = await bytes.at(box.bodyAt, 36);
  const isLong = view.getUint8(0) === 1;
  const timescale = view.getUint32(isLong ? 20 : 12);
  return { timescale, claims: [(isLong ? u64(view, 24) : view.getUint32(16)) / timescale] };
}

/** Sums up the time table. `usual` is the length of most samples. */
async function readTimes(bytes: Bytes, stts: Box | undefined) {
  const times = { samples: 0, ticks: 0, usual: 0 };
  if (!stts) return times;
  const count = (await bytes.at(stts.bodyAt, 8)).getUint32(4);
  const view = await bytes.at(stts.bodyAt + 8, Math.min(count, maxEntries, (stts.end - stts.bodyAt) / 8) * 8);
  const often = new Map<number, number>();
  for (let at = 0; at + 8 <= view.byteLength; at += 8) {
    const [samples, delta] = [view.getUint32(at), view.getUint32(at + 4)];
    times.samples += samples;
    times.ticks += samples * delta;
    often.set(delta, (often.get(delta) ?? 0) + samples);
  }
  if (count > maxEntries) {
    times.samples *= count / maxEntries;
    times.ticks *= count / maxEntries;
  }
  times.usual = [...often].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0])[0];
  return times;
}

async function readSizes(bytes: Bytes, stsz: Box | undefined): Promise<{ count: number; bytes: number }> {
  if (!stsz) return { count: 0, bytes: 0 };
  const head = await bytes.at(stsz.bodyAt, 12);
  const [size, count] = [head.getUint32(4), head.getUint32(8)];
  if (stsz.type === 'stz2') return { count, bytes: 0 };
  if (size !== 0) return { count, bytes: count * size };
  const view = await bytes.at(stsz.bodyAt + 12, Math.min(count, sizesRead, (stsz.end - stsz.bodyAt - 12) / 4) * 4);
  const read = Math.floor(view.byteLength / 4);
  let sum = 0;
  for (let n = 0; n < read; n += 1) sum += view.getUint32(n * 4);
  return { count, bytes: read === 0 ? 0 : (sum / read) * count };
}

/** Where the last chunk ends: its place, and the sizes of as many samples as the last entry of `stsc` gives it. */
async function lastEnd(bytes: Bytes, stco?: Box, stsc?: Box, stsz?: Box, samples = 0): Promise<number> {
  if (!stco || samples === 0) return 0;
  const chunks = (await bytes.at(stco.bodyAt, 8)).getUint32(4);
  const width = stco.type === 'co64' ? 8 : 4;
  const place = await bytes.at(stco.bodyAt + 8 + (chunks - 1) * width, width);
  if (chunks === 0 || place.byteLength < width) return 0;
  const at = width === 8 ? u64(place, 0) : place.getUint32(0);
  const runs = stsc ? (await bytes.at(stsc.bodyAt, 8)).getUint32(4) : 0;
  if (!stsc || !stsz || runs === 0) return at + 1;
  const inChunk = (await bytes.at(stsc.bodyAt + 8 + (runs - 1) * 12, 12)).getUint32(4);
  const fixed = (await bytes.at(stsz.bodyAt, 8)).getUint32(4);
  if (fixed !== 0) return at + 1;
  const count = Math.min(inChunk, samples, 4_096);
  const sizes = await bytes.at(stsz.bodyAt + 12 + (samples - count) * 4, count * 4);
  let end = at;
  for (let n = 0; n + 4 <= sizes.byteLength; n += 4) end += sizes.getUint32(n);
  return end;
}

/** The timescale by which most samples last as long as their codec makes them. */
export function checkTimescale(
  said: number,
  usualTicks: number,
  { sampleSeconds }: Pick<Sound, 'sampleSeconds'>,
): number {
  if (!sampleSeconds || usualTicks === 0) return said;
  const [shortest, longest] = sampleSeconds;
  const seconds = usualTicks / said;
  if (seconds >= shortest * 0.8 && seconds <= longest * 1.2) return said;
  const usual = longest > 10 * shortest ? 0.02 : shortest === longest ? shortest : (1024 / 960) * shortest;
  return usualTicks / usual;
}

function isAbout(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(a, b) / 5;
}
