import { type Bytes, wholeBytes } from './bytes.ts';
import type { Contents } from './contents.ts';
import { firstFrame, frameAt, noteOf, type Run, walkFrames } from './mpegAudio.ts';

/** How far frames may lie behind padding. */
const windows = [262_144, 2 * 1024 ** 2];
const samples = 12;
const sampleBytes = 65_536;
const maxSeconds = 4 * 3_600;

/**
 * MPEG audio whose frames begin at `start` or behind padding; undefined when there are none. The counts in the first
 * frame are believed when the frames of the file agree with them: joined files have those of their first part.
 */
export async function readMp3(bytes: Bytes, start: number): Promise<Contents | undefined> {
  for (const window of windows) {
    const view = await bytes.at(start, window);
    const first = firstFrame(view);
    const frame = first === -1 ? undefined : frameAt(view, first);
    if (frame?.layer === 2) return { container: 'MP2', format: undefined, tracks: [], truncated: false };
    if (frame) {
      const note = noteOf(view, first);
      const { truncated, ...length } = await measure(bytes, start + first, note, frame.samples / frame.sampleRate);
      const { channels, sampleRate } = frame;
      return {
        container: 'MP3',
        format: 'mp3',
        tracks: [{ codec: 'mp3', channels, sampleRate, ...length }],
        truncated,
      };
    }
    if (view.byteLength < window) return undefined;
  }
  return undefined;
}

async function measure(bytes: Bytes, first: number, note: Partial<Run> | undefined, frameSeconds: number) {
  const rest = bytes.size - first;
  const run = rest <= wholeBytes ? walkFrames(await bytes.at(first, rest), 0) : await sample(bytes, first);
  const { frames = 0, bytes: claimBytes = 0 } = note ?? {};
  const claim = frames * frameSeconds;
  // Of the whole file, less what the samples show to lie between the frames.
  const measured = rest <= wholeBytes || run.bytes === 0 ? run.seconds : (run.seconds / run.bytes) * rest;
  const isWhole = claimBytes === 0 || Math.abs(claimBytes - rest) <= rest * 0.02;
  const isTrue = claim > 0 && isWhole && Math.abs(claim - measured) <= measured / 5;
  // Counts that agree with one another and with the frames, but not with the size: the end of the file is missing.
  const isLikely = frames > 0 && Math.abs(claimBytes / claim / (run.bytes / run.seconds) - 1) <= 0.2;
  const truncated = isLikely && claim <= maxSeconds && claimBytes > rest * 1.02;
  if (rest <= wholeBytes) return { seconds: measured, isEstimate: false, truncated };
  return { seconds: isTrue ? claim : measured, isEstimate: !isTrue, truncated };
}

/** Frames at places spread over the file. */
async function sample(bytes: Bytes, first: number): Promise<Run> {
  const sum: Run = { frames: 0, seconds: 0, bytes: 0 };
  const step = (bytes.size - first - sampleBytes) / (samples - 1);
  for (let n = 0; n < samples; n += 1) {
    const view = await bytes.at(first + Math.floor(n * step), sampleBytes);
    const run = walkFrames(view, firstFrame(view));
    sum.frames += run.frames;
    sum.seconds += run.seconds;
    sum.bytes += run.bytes;
  }
  return sum;
}
