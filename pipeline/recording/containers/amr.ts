import { ascii, type Bytes, wholeBytes } from './bytes.ts';
import type { Contents } from './contents.ts';

/** Bytes of a frame by its type, with its first byte (RFC 4867, 5.3; 3GPP TS 26.101 and 26.201); 0 is no frame. */
const narrowband = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];
const wideband = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1];
const frameSeconds = 0.02;
/** Frames in a row by which a place in the middle of a file is known to be the beginning of one. */
const chain = 12;

/** AMR at `start`, as phones record it: a line of text, and then frames of 20 ms. */
export async function readAmr(bytes: Bytes, start: number): Promise<Contents> {
  const isWide = ascii(await bytes.at(start, 9), 0, 9) === '#!AMR-WB\n';
  const frameBytes = isWide ? wideband : narrowband;
  const first = start + (isWide ? 9 : 6);
  const whole = bytes.size - first;
  const isSmall = whole <= wholeBytes;
  const windows = isSmall ? [first] : Array.from({ length: 16 }, (_, n) => first + Math.floor((whole / 16) * n));
  let frames = 0;
  let walked = 0;
  for (const from of windows) {
    const view = await bytes.at(from, isSmall ? whole : 65_536);
    const begin = from === first ? 0 : synchronize(view, frameBytes);
    const end = walk(view, begin, frameBytes, Number.POSITIVE_INFINITY);
    frames += end.frames;
    walked += end.at - begin;
  }
  const seconds = frames === 0 ? 0 : (frames * frameSeconds * (isSmall ? walked : whole)) / walked;
  const track = { codec: isWide ? 'amr-wb' : 'amr-nb', channels: 1, sampleRate: isWide ? 16_000 : 8_000 };
  return { container: 'AMR', format: 'amr', tracks: [{ ...track, seconds, isEstimate: !isSmall }], truncated: false };
}

/** Whole frames from `from` on, at most `limit`, and where they end. */
function walk(view: DataView, from: number, frameBytes: readonly number[], limit: number) {
  let at = from;
  let frames = 0;
  while (at < view.byteLength && frames < limit) {
    const head = view.getUint8(at);
    const length = (head & 0x83) === 0 ? (frameBytes[head >> 3] ?? 0) : 0;
    if (length === 0 || at + length > view.byteLength) break;
    at += length;
    frames += 1;
  }
  return { frames, at };
}

function synchronize(view: DataView, frameBytes: readonly number[]): number {
  for (let at = 0; at < view.byteLength; at += 1) {
    if (walk(view, at, frameBytes, chain).frames === chain) return at;
  }
  return view.byteLength;
}
