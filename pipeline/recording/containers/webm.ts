import { type Bytes, endWindows, find, nameAt, wholeBytes } from './bytes.ts';
import { type Block, readClusters } from './clusters.ts';
import type { Contents, Track } from './contents.ts';
import { childrenOf, elementAt, floatAt, numberAt } from './ebml.ts';

interface Sound extends Pick<Track, 'codec' | 'channels' | 'sampleRate'> {
  number: number;
}

/** What stands before the first cluster. */
interface Head {
  docType: string;
  sounds: Sound[];
  /** Nanoseconds. */
  tickNs: number;
  /** Seconds, as the file says; 0 when it does not. */
  claim: number;
  segmentAt: number;
  /** Where the segment says it ends; undefined when it does not say. */
  end: number | undefined;
}

const ids = { header: 0x1a45dfa3, docType: 0x4282, segment: 0x18538067, info: 0x1549a966, tracks: 0x1654ae6b };
const clusterId = 0x1f43b675;
const trackBytes = [0x16, 0x54, 0xae, 0x6b];
const headerBytes = [0x1a, 0x45, 0xdf, 0xa3];
const defaultTickNs = 1e6;
const maxElements = 64;
const maxLinks = 8;
const maxSeconds = 4 * 3_600;

/**
 * WebM at `start` (RFC 9559). Its length is that of the last blocks, sought from the end: MediaRecorder writes no
 * Duration, and some programs write that of the first piece.
 */
export async function readWebm(bytes: Bytes, start: number): Promise<Contents> {
  const head = await readHead(bytes, start);
  if (head.docType !== 'webm') {
    return {
      container: head.docType === 'matroska' ? 'Matroska' : 'EBML',
      format: undefined,
      tracks: [],
      truncated: false,
    };
  }
  const links = await linksOf(bytes, start, head);
  const tracks = head.sounds.map((sound): Track => ({ ...sound, seconds: 0, bytesPerSecond: 0 }));
  let claimed = 0;
  for (const [n, link] of links.entries()) {
    const part = n === 0 ? head : await readHead(bytes, link);
    claimed += part.claim;
    const windows = links.length > 1 ? endWindows.slice(0, 2) : endWindows;
    const measured = await measure(bytes, part, links[n + 1] ?? bytes.size, windows);
    for (const [index, track] of tracks.entries()) {
      const { seconds = 0, bytesPerSecond = 0 } = measured[index] ?? {};
      track.seconds += seconds;
      track.bytesPerSecond = Math.max(track.bytesPerSecond ?? 0, bytesPerSecond);
    }
  }
  const longest = Math.max(0, ...tracks.map(({ seconds }) => seconds));
  const isCut = head.end !== undefined && head.end > bytes.size && claimed <= maxSeconds && claimed > longest + 1;
  return { container: 'WebM', format: 'webm', tracks, truncated: isCut };
}

/** Where the files begin that were joined to this one: at the end that each gives, or anywhere in a small file. */
async function linksOf(bytes: Bytes, start: number, head: Head): Promise<number[]> {
  const links = [start];
  if (bytes.size - start <= wholeBytes) {
    const view = await bytes.at(start, bytes.size - start);
    for (let at = find(view, headerBytes, 4); at !== -1; at = find(view, headerBytes, at + 4)) {
      const element = elementAt(view, at);
      const next = element?.size === undefined ? undefined : elementAt(view, element.bodyAt + element.size);
      if (next?.id === ids.segment) links.push(start + at);
    }
    return links;
  }
  for (let end = head.end; end !== undefined && end < bytes.size && links.length < maxLinks; ) {
    const next = await readHead(bytes, end);
    if (next.sounds.length === 0) break;
    links.push(end);
    end = next.end;
  }
  return links;
}

async function readHead(bytes: Bytes, start: number): Promise<Head> {
  const head: Head = { docType: '', sounds: [], tickNs: defaultTickNs, claim: 0, segmentAt: start, end: undefined };
  let at = start;
  for (let n = 0; n < maxElements && at < bytes.size; n += 1) {
    const element = elementAt(await bytes.at(at, 16), 0);
    if (!element || element.id === clusterId) break;
    const bodyAt = at + element.bodyAt;
    if (element.id === ids.segment) {
      head.segmentAt = bodyAt;
      head.end = element.size ? bodyAt + element.size : undefined;
      at = bodyAt;
      continue;
    }
    if (element.size === undefined) break;
    if (element.size <= 262_144) readElement(await bytes.at(bodyAt, element.size), element.id, head);
    at = bodyAt + element.size;
  }
  if (head.docType === 'webm' && head.sounds.length === 0) await seekTracks(bytes, start, head);
  return { ...head, claim: (head.claim * head.tickNs) / 1e9 };
}

/** An element whose size is wrong hides those behind it: the tracks are sought by their id. */
async function seekTracks(bytes: Bytes, start: number, head: Head): Promise<void> {
  const view = await bytes.at(start, 262_144);
  const element = elementAt(view, find(view, trackBytes));
  if (element?.size === undefined || element.bodyAt + element.size > view.byteLength) return;
  readElement(await bytes.at(start + element.bodyAt, element.size), ids.tracks, head);
}

function readElement(view: DataView, id: number, head: Head): void {
  const children = [...childrenOf(view, 0, view.byteLength)];
  for (const { id: childId, bodyAt, size, end } of children) {
    if (id === ids.header && childId === ids.docType) head.docType = nameAt(view, bodyAt, size);
    if (id === ids.info && childId === 0x2ad7b1) head.tickNs = numberAt(view, bodyAt, size) || defaultTickNs;
    if (id === ids.info && childId === 0x4489) head.claim = floatAt(view, bodyAt, size);
    const sound = id === ids.tracks && childId === 0xae ? soundOf(view, bodyAt, end) : undefined;
    if (sound) head.sounds.push(sound);
  }
}

function soundOf(view: DataView, from: number, to: number): Sound | undefined {
  const sound: Sound = { number: 0, codec: '', channels: 1, sampleRate: 8_000 };
  let type = 0;
  for (const { id, bodyAt, size, end } of childrenOf(view, from, to)) {
    if (id === 0xd7) sound.number = numberAt(view, bodyAt, size);
    if (id === 0x83) type = numberAt(view, bodyAt, size);
    if (id === 0x86) sound.codec = nameAt(view, bodyAt, size).replace(/^A_/, '').toLowerCase();
    if (id !== 0xe1) continue;
    for (const part of childrenOf(view, bodyAt, end)) {
      if (part.id === 0xb5) sound.sampleRate = floatAt(view, part.bodyAt, part.size);
      if (part.id === 0x9f) sound.channels = numberAt(view, part.bodyAt, part.size);
    }
  }
  // Opus decodes to 48 kHz, whatever it was made from.
  if (sound.codec === 'opus') sound.sampleRate = 48_000;
  return type === 2 ? sound : undefined;
}

type Measured = Pick<Track, 'seconds' | 'bytesPerSecond'>;

/** Each sound between the head and `end`. */
async function measure(bytes: Bytes, head: Head, end: number, windows: readonly number[]): Promise<Measured[]> {
  const { sounds, tickNs: saidNs, segmentAt, claim } = head;
  const first = readClusters(await bytes.at(segmentAt, Math.min(262_144, end - segmentAt)));
  let last = first;
  for (const window of windows) {
    const from = Math.max(segmentAt, end - window);
    last = readClusters(await bytes.at(from, end - from));
    if (from === segmentAt || sounds.every(({ number }) => last.blocks.some(({ track }) => track === number))) break;
  }
  const [begin = 0] = first.starts;
  const pictureEnd = last.blocks.reduce((latest, { tick }) => Math.max(latest, tick), last.starts.at(-1) ?? 0);
  return sounds.map(({ number, codec }) => {
    const isMine = ({ track }: Block) => track === number;
    const mine = last.blocks.filter(isMine);
    const tickNs = codec === 'opus' ? checkTick(saidNs, [...first.blocks, ...last.blocks].filter(isMine)) : saidNs;
    const sound = mine.reduce((sum, block) => sum + block.bytes, 0);
    const spanTicks = (mine.at(-1)?.tick ?? 0) - (mine[0]?.tick ?? 0);
    const ticks = mine.length > 0 ? endOf(mine, tickNs) : pictureEnd;
    const seconds = last.starts.length > 0 ? ((ticks - begin) * tickNs) / 1e9 : claim;
    return { seconds, bytesPerSecond: spanTicks > 0 ? sound / ((spanTicks * tickNs) / 1e9) : 0 };
  });
}

/** Where the last block ends: as it says, as its packets do, or as long after its beginning as those before it. */
function endOf(blocks: readonly Block[], tickNs: number): number {
  const last = blocks.reduce((latest, block) => (block.tick >= latest.tick ? block : latest));
  const before = blocks.at(-2);
  const usual = before ? Math.max(0, last.tick - before.tick) : 0;
  return last.tick + (last.ticks || (last.opusMs * 1e6) / tickNs || usual);
}

/**
 * The length of a tick. Opus packets say how long they are, and they follow one another at least as closely as that
 * now and then: a scale by which they never do is wrong.
 */
function checkTick(saidNs: number, blocks: readonly Block[]): number {
  const steps = blocks.flatMap(({ tick, opusMs, track }, n) => {
    const next = blocks[n + 1];
    const ticks = next && next.track === track ? next.tick - tick : 0;
    return ticks > 0 && opusMs > 0 ? [{ ticks, ms: opusMs }] : [];
  });
  if (steps.length < 3) return saidNs;
  const agrees = (tickNs: number) =>
    steps.filter(({ ticks, ms }) => Math.abs((ticks * tickNs) / 1e6 - ms) <= Math.max(1, ms / 5));
  if (agrees(saidNs).length >= steps.length / 10) return saidNs;
  if (agrees(defaultTickNs).length >= steps.length / 10) return defaultTickNs;
  const middle = steps.toSorted((a, b) => a.ticks / a.ms - b.ticks / b.ms)[steps.length >> 1];
  return middle ? (middle.ms * 1e6) / middle.ticks : saidNs;
}
