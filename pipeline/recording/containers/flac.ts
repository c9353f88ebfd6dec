import { type Bytes, endWindows, find } from './bytes.ts';
import type { Contents } from './contents.ts';

interface Frame {
  at: number;
  /** Samples before the frame, and with it. */
  from: number;
  to: number;
}

/** What the last frame and the header may differ by without the file being cut. */
const toleratedSeconds = 1;
const maxSeconds = 4 * 3_600;

/** FLAC at `start`. The header's number of samples is checked against the number that the last frame has (RFC 9639). */
export async function readFlac(bytes: Bytes, start: number): Promise<Contents> {
  const info = await bytes.at(start + 8, 34);
  const blockSamples = info.getUint16(2);
  const packed = info.getUint32(10);
  const sampleRate = packed >>> 12;
  const channels = ((packed >>> 9) & 7) + 1;
  const claim = (info.getUint8(13) & 15) * 2 ** 32 + info.getUint32(14);
  const measured = await measure(bytes, await skipMetadata(bytes, start + 4), blockSamples);
  const { samples = claim, isEstimate = false } = measured ?? {};
  const isCut = !isEstimate && claim - samples > toleratedSeconds * sampleRate;
  const track = { codec: 'flac', channels, sampleRate, seconds: samples / sampleRate, isEstimate };
  const truncated = isCut && claim <= maxSeconds * sampleRate;
  return { container: 'FLAC', format: 'flac', tracks: [track], truncated };
}

/** Where the frames begin. */
async function skipMetadata(bytes: Bytes, start: number): Promise<number> {
  let at = start;
  for (let n = 0; n < 32; n += 1) {
    const head = await bytes.at(at, 4);
    if (head.byteLength < 4) return bytes.size;
    at += 4 + (head.getUint32(0) & 0xff_ffff);
    if (head.getUint8(0) >= 0x80) return at;
  }
  return at;
}

/** The samples that the file holds; by the share that its beginning has of it when the end shows no frame. */
async function measure(bytes: Bytes, first: number, blockSamples: number) {
  for (const window of endWindows.slice(0, 3)) {
    const from = Math.max(first, bytes.size - window);
    const last = lastFrame(await bytes.at(from, bytes.size - from), blockSamples);
    if (last) return { samples: last.to, isEstimate: false };
    if (from === first) return undefined;
  }
  const last = lastFrame(await bytes.at(first, 262_144), blockSamples);
  const share = last && last.at > 0 ? last.from / last.at : 0;
  return share > 0 ? { samples: share * (bytes.size - first), isEstimate: true } : undefined;
}

/** The last frame whose predecessor is there too: a few bytes of sound may look like a frame, two in a row do not. */
function lastFrame(view: DataView, blockSamples: number): Frame | undefined {
  const ends = new Set<number>();
  let last: Frame | undefined;
  for (let at = find(view, [0xff]); at !== -1; at = find(view, [0xff], at + 1)) {
    const frame = frameAt(view, at, blockSamples);
    if (!frame) continue;
    if (frame.from === 0 || ends.has(frame.from)) last = frame;
    ends.add(frame.to);
  }
  return last;
}

function frameAt(view: DataView, at: number, fixedSamples: number): Frame | undefined {
  if (at + 16 > view.byteLength || (view.getUint16(at) & 0xfffe) !== 0xfff8) return undefined;
  const isVariable = (view.getUint8(at + 1) & 1) === 1;
  const sizes = view.getUint8(at + 2);
  const number = codedNumber(view, at + 4);
  if (!number || sizes >> 4 === 0 || (sizes & 15) === 15 || (view.getUint8(at + 3) & 1) === 1) return undefined;
  const code = sizes >> 4;
  const rateBytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2][sizes & 15] ?? 0;
  const sizeBytes = code === 6 ? 1 : code === 7 ? 2 : 0;
  const checkedBytes = 4 + number.bytes + sizeBytes + rateBytes;
  if (crc8(view, at, checkedBytes) !== view.getUint8(at + checkedBytes)) return undefined;
  const samples = samplesOf(view, at + 4 + number.bytes, code);
  const from = isVariable ? number.value : number.value * fixedSamples;
  return { at, from, to: from + samples };
}

function samplesOf(view: DataView, at: number, code: number): number {
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  if (code === 6) return view.getUint8(at) + 1;
  return code === 7 ? view.getUint16(at) + 1 : 256 << (code - 8);
}

/** A number in the manner of UTF-8, up to seven bytes. */
function codedNumber(view: DataView, at: number): { value: number; bytes: number } | undefined {
  const first = view.getUint8(at);
  if (first < 0x80) return { value: first, bytes: 1 };
  const bytes = Math.clz32(~(first << 24));
  if (bytes < 2 || bytes > 7) return undefined;
  let value = first & (0x7f >> bytes);
  for (let n = 1; n < bytes; n += 1) value = value * 64 + (view.getUint8(at + n) & 63);
  return { value, bytes };
}

function crc8(view: DataView, at: number, length: number): number {
  let sum = 0;
  for (let n = at; n < at + length; n += 1) {
    sum ^= view.getUint8(n);
    for (let bit = 0; bit < 8; bit += 1) sum = ((sum << 1) ^ (sum & 0x80 ? 0x07 : 0)) & 0xff;
  }
  return sum;
}
