import { big, join, layOut, type LongFile, zeros } from './layout.ts';

export function box(type: string, ...body: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array {
  const content = join(...body);
  return join(big(8 + content.length), type, content);
}

const times = (value: number, count: number) => Array.from({ length: count }, () => value);

/** An MP4 as its index tells it. `duration` and `timescale` are what the headers say, true or not. */
export interface Mp4Track {
  samples: number;
  sampleTicks: number;
  timescale: number;
  duration?: number;
  sampleBytes?: number;
  /** Hertz. */
  rate?: number;
  entry?: string;
  extra?: Uint8Array;
  stts?: readonly (readonly [samples: number, ticks: number])[];
  kind?: 'soun' | 'vide';
}

/** `moov` without fragments; the samples lie in one chunk at `dataAt`, track behind track. */
export function moov(
  tracks: readonly Mp4Track[],
  dataAt: number,
  movie = { timescale: 1_000, duration: 0 },
): Uint8Array {
  let at = dataAt;
  const traks = tracks.map((track, n) => {
    const trak = trakOf(track, n + 1, at);
    at += track.samples * (track.sampleBytes ?? 100);
    return trak;
  });
  return box('moov', mvhd(movie.timescale, movie.duration), ...traks);
}

const mvhd = (timescale: number, duration: number) =>
  box('mvhd', big(0), big(0), big(0), big(timescale), big(duration), times(0, 80));

function trakOf(track: Mp4Track, id: number, dataAt: number): Uint8Array {
  const { samples, sampleTicks, timescale, sampleBytes = 100, stts = [[samples, sampleTicks]] } = track;
  const duration = track.duration ?? samples * sampleTicks;
  const tables = [
    stsd(track),
    box('stts', big(0), big(stts.length), ...stts.flat().map((value) => big(value))),
    box('stsc', big(0), big(samples > 0 ? 1 : 0), ...(samples > 0 ? [big(1), big(samples), big(1)] : [])),
    // A size for each, as encoders of a variable rate write it.
    box('stsz', big(0), big(0), big(samples), repeated(big(sampleBytes), samples)),
    box('stco', big(0), big(samples > 0 ? 1 : 0), ...(samples > 0 ? [big(dataAt)] : [])),
  ];
  return box(
    'trak',
    box('tkhd', big(3), big(0), big(0), big(id), big(0), big(duration), times(0, 60)),
    box(
      'mdia',
      box('mdhd', big(0), big(0), big(0), big(timescale), big(duration), times(0, 4)),
      box('hdlr', big(0), big(0), track.kind ?? 'soun', times(0, 13)),
      box('minf', box('stbl', ...tables)),
    ),
  );
}

function repeated(bytes: Uint8Array, count: number): Uint8Array {
  const all = new Uint8Array(bytes.length * count);
  for (let n = 0; n < count; n += 1) all.set(bytes, n * bytes.length);
  return all;
}

/** One sample entry: sound of one channel, AAC unless `entry` says otherwise. */
function stsd({ entry = 'mp4a', rate = 48_000, extra, kind }: Mp4Track): Uint8Array {
  if (kind === 'vide') return box('stsd', big(0), big(1), box('avc1', times(0, 78)));
  const sound = [...times(0, 6), 0, 1, ...times(0, 8), 0, 1, 0, 16, ...times(0, 4), ...big(rate, 2), 0, 0];
  return box('stsd', big(0), big(1), box(entry, sound, extra ?? (entry === 'mp4a' ? esds(rate) : [])));
}

const aacRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000];

function esds(rate: number): Uint8Array {
  const config = big((2 << 11) | (aacRates.indexOf(rate) << 7) | (1 << 3), 2);
  return box('esds', big(0), [3, 22, 0, 1, 0, 4, 17, 0x40, 0x15, ...times(0, 11), 5, 2, ...config, 6, 1, 2]);
}

export const ftyp = (brand = 'isom', ...others: string[]) => box('ftyp', brand, big(512), brand, ...others);

/** A whole MP4 with its index behind the data. */
export function mp4(tracks: readonly Mp4Track[], movie?: { timescale: number; duration: number }): Uint8Array {
  const head = ftyp();
  const data = tracks.reduce((sum, { samples, sampleBytes = 100 }) => sum + samples * sampleBytes, 0);
  return join(head, box('mdat', new Uint8Array(data)), moov(tracks, head.length + 8, movie));
}

export interface FragmentOptions {
  /** `undefined` leaves the time out, as old writers do. */
  time?: (n: number) => number | undefined;
  timescale?: number;
  sampleTicks?: number;
  fragmentSamples?: number;
  sampleBytes?: number;
  /** What the index says, in its timescale. */
  duration?: number;
}

const videoBytes = 625_000;

/** A `moof` and its `mdat`: a sound of equal samples, and pictures if it has `videoBytes`. */
export function fragment(n: number, options: FragmentOptions = {}, pictures = 0): Uint8Array {
  const { sampleTicks = 1_024, fragmentSamples = 94, sampleBytes = 100 } = options;
  const time = options.time ? options.time(n) : n * fragmentSamples * sampleTicks;
  const timeBox = time === undefined ? [] : box('tfdt', big(0x0100_0000), big(time, 8));
  const sound = box(
    'traf',
    box('tfhd', big(0x02_0038), big(1), big(sampleTicks), big(sampleBytes), big(0)),
    timeBox,
    box('trun', big(1), big(fragmentSamples), big(0)),
  );
  const data = new Uint8Array(fragmentSamples * sampleBytes + pictures);
  return join(box('moof', box('mfhd', big(0), big(n + 1)), sound), box('mdat', data));
}

/** `ftyp` and a `moov` that promises fragments. */
export function fragmentHead({ timescale = 48_000, duration = 0 }: FragmentOptions = {}): Uint8Array {
  const index = moov([{ samples: 0, sampleTicks: 1_024, timescale, duration, stts: [] }], 0);
  const trex = box('mvex', box('trex', big(0), big(1), big(1), big(1_024), big(0), big(0)));
  return join(ftyp('iso5', 'iso6', 'mp41'), box('moov', index.subarray(8), trex));
}

/** A call recorded in fragments of two seconds, with pictures: as long as you like, and never whole in memory. */
export function longFragments(seconds: number): LongFile {
  const bytes = fragment(0, {}, videoBytes).length;
  const count = Math.ceil(seconds / ((94 * 1_024) / 48_000));
  return layOut(fragmentHead(), { count, bytes, make: (n) => fragment(n, {}, videoBytes) });
}

/** A call with sound and pictures, its index at the end. */
export function longMp4(seconds: number): LongFile {
  const head = ftyp();
  const tracks: Mp4Track[] = [
    { samples: Math.round((seconds * 48_000) / 1_024), sampleTicks: 1_024, timescale: 48_000, sampleBytes: 170 },
    { samples: seconds * 30, sampleTicks: 1, timescale: 30, sampleBytes: 4_000, kind: 'vide' },
  ];
  const data = zeros(tracks.reduce((sum, { samples, sampleBytes = 0 }) => sum + samples * sampleBytes, 0));
  const dataBytes = data.count * data.bytes;
  return layOut(head, join(big(1), 'mdat', big(16 + dataBytes, 8)), data, moov(tracks, head.length + 16));
}
