import { ascii, type Bytes, codesOf, endWindows, find, u64, wholeBytes } from './bytes.ts';
import type { Contents, Track } from './contents.ts';

interface Page {
  at: number;
  end: number;
  serial: number;
  begins: boolean;
  /** Samples up to the end of the page; undefined when no packet ends on it. */
  granule: number | undefined;
  bodyAt: number;
}

interface Stream {
  codec: string;
  channels: number;
  sampleRate: number;
  /** Samples that a player leaves out at the beginning. */
  skip: number;
}

const capture = codesOf('OggS');
const samples = 10;
/** A stream that begins later than this was recorded from the middle of a broadcast: its clock runs from there. */
const lateSeconds = 10;

/** Ogg at `start` (RFC 3533). A stream is as long as the position of its last page says; joined files add up. */
export async function readOgg(bytes: Bytes, start: number): Promise<Contents> {
  const head = await bytes.at(start, 262_144);
  const streams = new Map<number, Stream>();
  for (const page of pagesOf(head)) {
    const stream = page.begins ? streamOf(head, page) : undefined;
    if (stream) streams.set(page.serial, stream);
    if (!page.begins && page.granule !== undefined && page.granule > 0) break;
  }
  const lengths = await measure(bytes, start, head, streams);
  const tracks = [...streams].map(([serial, { codec, channels, sampleRate }]): Track => {
    return { codec, channels, sampleRate, ...(lengths.get(serial) ?? { seconds: 0 }) };
  });
  return { container: 'Ogg', format: 'ogg', tracks, truncated: false };
}

type Length = Pick<Track, 'seconds' | 'isEstimate'>;

async function measure(
  bytes: Bytes,
  start: number,
  head: DataView,
  streams: ReadonlyMap<number, Stream>,
): Promise<Map<number, Length>> {
  const whole = bytes.size - start;
  if (whole <= wholeBytes) return addUp(await bytes.at(start, whole), streams);
  const first = new Map<number, number>();
  for (const page of pagesOf(head)) {
    if (page.granule && !first.has(page.serial)) first.set(page.serial, page.granule);
  }
  const known = new Set([...pagesOf(head)].filter(({ begins }) => begins).map(({ serial }) => serial));
  const { last, serial: lastSerial } = await lastPositions(bytes, streams);
  const rates = await sample(bytes, start, streams);
  const isOneFile = rates.isOneFile && known.has(lastSerial);
  return new Map(
    [...streams].map(([serial, stream]) => {
      const from = startOf(first.get(serial) ?? 0, stream);
      const end = last.get(serial);
      // Positions that run backwards, or a last page of another stream, show a joined file: its rate gives its length.
      if (end === undefined || !isOneFile) {
        return [serial, { seconds: rates.secondsPerByte * whole, isEstimate: true }];
      }
      return [serial, { seconds: (end - from) / stream.sampleRate }];
    }),
  );
}

/** Walks over all pages. A stream that begins behind the pages of another one is a file that was joined on. */
function addUp(view: DataView, streams: ReadonlyMap<number, Stream>): Map<number, Length> {
  const totals = new Map<number, number>([...streams.keys()].map((serial) => [serial, 0]));
  const [firstSerial = 0] = totals.keys();
  let open = new Map<number, { stream: Stream; from: number | undefined; to: number }>();
  const close = () => {
    for (const [serial, { stream, from = 0, to }] of open) {
      const known = totals.has(serial) ? serial : firstSerial;
      totals.set(known, (totals.get(known) ?? 0) + Math.max(0, to - from) / stream.sampleRate);
    }
    open = new Map();
  };
  let hasSound = false;
  for (const page of pagesOf(view)) {
    if (page.begins && hasSound) close();
    if (page.begins) hasSound = false;
    const stream = page.begins ? streamOf(view, page) : undefined;
    if (stream) open.set(page.serial, { stream, from: undefined, to: 0 });
    const current = open.get(page.serial);
    if (!current || !page.granule) continue;
    hasSound = true;
    current.from ??= startOf(page.granule, current.stream);
    current.to = Math.max(current.to, page.granule);
  }
  close();
  return new Map([...totals].map(([serial, seconds]) => [serial, { seconds }]));
}

function startOf(firstGranule: number, { sampleRate, skip }: Stream): number {
  return firstGranule > lateSeconds * sampleRate ? firstGranule : skip;
}

/** The last position of each stream, and the number of the stream that has the last page. */
async function lastPositions(bytes: Bytes, streams: ReadonlyMap<number, Stream>) {
  const last = new Map<number, number>();
  let serial = 0;
  for (const window of endWindows.slice(0, 3)) {
    for (const page of pagesOf(await bytes.before(bytes.size, window))) {
      serial = page.serial;
      if (streams.has(page.serial) && page.granule !== undefined) last.set(page.serial, page.granule);
    }
    if (last.size === streams.size) break;
  }
  return { last, serial };
}

/** Pages at places spread over the file: whether their positions only grow, and how much sound a byte holds. */
async function sample(bytes: Bytes, start: number, streams: ReadonlyMap<number, Stream>) {
  const previous = new Map<number, number>();
  let isOneFile = true;
  let [seconds, walked] = [0, 0];
  const step = (bytes.size - start - 131_072) / (samples - 1);
  for (let n = 0; n < samples; n += 1) {
    const known = new Map<number, Page>();
    for (const page of pagesOf(await bytes.at(start + Math.floor(n * step), 131_072))) {
      const stream = streams.get(page.serial);
      if (page.granule === undefined) continue;
      if (page.granule < (previous.get(page.serial) ?? 0)) isOneFile = false;
      previous.set(page.serial, page.granule);
      const before = known.get(page.serial);
      known.set(page.serial, page);
      if (!stream || !before?.granule || page.granule < before.granule) continue;
      seconds += (page.granule - before.granule) / stream.sampleRate / streams.size;
      walked += (page.end - before.end) / streams.size;
    }
  }
  return { isOneFile, secondsPerByte: walked > 0 ? seconds / walked : 0 };
}

function* pagesOf(view: DataView): Generator<Page> {
  for (let at = find(view, capture); at !== -1; at = find(view, capture, at)) {
    const page = pageAt(view, at);
    if (page) yield page;
    at = page ? page.end : at + 4;
  }
}

function pageAt(view: DataView, at: number): Page | undefined {
  if (at + 27 > view.byteLength || view.getUint8(at + 4) !== 0 || view.getUint8(at + 5) > 7) return undefined;
  const segments = view.getUint8(at + 26);
  const bodyAt = at + 27 + segments;
  if (bodyAt > view.byteLength) return undefined;
  let end = bodyAt;
  for (let n = 0; n < segments; n += 1) end += view.getUint8(at + 27 + n);
  if (end > view.byteLength) return undefined;
  const granule = view.getBigInt64(at + 6, true) < 0n ? undefined : u64(view, at + 6, true);
  const begins = (view.getUint8(at + 5) & 2) !== 0;
  return { at, end, serial: view.getUint32(at + 14, true), begins, granule, bodyAt };
}

/** The stream whose first packet is on the page; undefined for pictures, and for what is no sound. */
function streamOf(view: DataView, { bodyAt: at, end }: Page): Stream | undefined {
  const name = ascii(view, at, Math.min(9, end - at));
  if (name.startsWith('OpusHead')) {
    return { codec: 'opus', channels: view.getUint8(at + 9), sampleRate: 48_000, skip: view.getUint16(at + 10, true) };
  }
  if (name.startsWith('\x01vorbis')) {
    return { codec: 'vorbis', channels: view.getUint8(at + 11), sampleRate: view.getUint32(at + 12, true), skip: 0 };
  }
  if (name.startsWith('\x7fFLAC')) {
    const packed = view.getUint32(at + 27);
    return { codec: 'flac', channels: ((packed >>> 9) & 7) + 1, sampleRate: packed >>> 12, skip: 0 };
  }
  if (name.startsWith('Speex   ')) {
    const [sampleRate, channels] = [view.getUint32(at + 36, true), view.getUint32(at + 48, true)];
    return { codec: 'speex', channels, sampleRate, skip: 0 };
  }
  return undefined;
}
