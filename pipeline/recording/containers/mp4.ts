import { PipelineError } from '../../errors.ts';
import { ascii, type Bytes, codesOf, endWindows, find } from './bytes.ts';
import { type Box, boxAt, boxesIn } from './boxes.ts';
import type { Contents, Track } from './contents.ts';
import { measureFragments } from './mp4Fragments.ts';
import { type IndexedTrack, readTracks } from './mp4Tracks.ts';

const moovType = codesOf('moov');
const minSeconds = 0.5;
const maxSeconds = 4 * 3_600;

/**
 * MP4 at `start`; M4A and 3GP are the same container. Lengths come from the sample tables and the fragments; those of
 * the headers count only where neither gives one that is possible.
 * @throws PipelineError UnsupportedMedia when the index is missing, or data that it points to
 */
export async function readMp4(bytes: Bytes, start: number): Promise<Contents> {
  if (await isQuickTime(bytes, start)) {
    return { container: 'QuickTime', format: undefined, tracks: [], truncated: false };
  }
  const moov = await findIndex(bytes, start);
  if (!moov) throw cutOff('it has no index (moov)');
  const indexed = await readTracks(bytes, moov);
  const fragments = await measureFragments(bytes, moov, indexed);
  const missing = Math.max(0, ...indexed.map(({ end }) => end)) - bytes.size;
  if (missing > 0 && !fragments) throw cutOff(`${missing} bytes that its index lists are missing at its end`);
  const tracks = indexed.map((track) => toTrack(track, fragments?.tracks.get(track.id)));
  return { container: 'MP4', format: 'mp4', tracks, truncated: fragments?.truncated ?? false };
}

function cutOff(why: string): PipelineError {
  return new PipelineError('UnsupportedMedia', `the MP4 was cut off: ${why}; upload the whole file again`);
}

function toTrack(track: IndexedTrack, measured: Partial<Track> | undefined): Track {
  const { codec, channels, sampleRate, ticks, timescale, claims, bytes } = track;
  const counted = measured?.seconds ?? ticks / timescale;
  const isPossible = (seconds: number) => seconds >= minSeconds && seconds <= maxSeconds;
  const seconds = isPossible(counted) ? counted : (claims.find(isPossible) ?? counted);
  const known = track.sampleSeconds && track.samples > 0 && !measured ? track.samples * track.sampleSeconds[0] : 0;
  // Where a codec's samples have one length, a header cannot make a short track long.
  const trusted = isPossible(counted) || known === 0 || !isPossible(known) ? seconds : known;
  return {
    codec,
    channels,
    sampleRate,
    seconds: trusted,
    isEstimate: measured?.isEstimate ?? false,
    bytesPerSecond: measured?.bytesPerSecond ?? bytes / trusted,
  };
}

/** QuickTime wrote the container first: its brand, or no brand at all. */
async function isQuickTime(bytes: Bytes, start: number): Promise<boolean> {
  const boxes = await boxesIn(bytes, start, bytes.size, 'ftyp');
  const brand = boxes.find(({ type }) => type === 'ftyp');
  if (!brand) return !boxes.some(({ type }) => ['styp', 'sidx', 'moof'].includes(type));
  const view = await bytes.at(brand.bodyAt, Math.min(brand.end - brand.bodyAt, 256));
  const brands = ascii(view, 0, view.byteLength);
  return brands.startsWith('qt  ') && !/mp4[12]|iso[m2-9]|M4A /.test(brands);
}

/** Box by box from the front; from the end when a size leads astray. */
async function findIndex(bytes: Bytes, start: number): Promise<Box | undefined> {
  const moov = (await boxesIn(bytes, start, bytes.size, 'moov')).find(({ type }) => type === 'moov');
  if (moov && moov.end <= bytes.size) return moov;
  for (const window of endWindows) {
    const from = Math.max(start, bytes.size - window);
    const view = await bytes.at(from, bytes.size - from);
    for (let at = find(view, moovType, 4); at !== -1; at = find(view, moovType, at + 1)) {
      const box = boxAt(view, at - 4, view.byteLength);
      if (!box || ascii(view, box.bodyAt + 4, 4) !== 'mvhd' || box.end > view.byteLength) continue;
      return { type: 'moov', at: from + box.at, bodyAt: from + box.bodyAt, end: from + box.end };
    }
    if (from === start) break;
  }
  return undefined;
}
