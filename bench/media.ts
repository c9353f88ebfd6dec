import { setTimeout as wait } from 'node:timers/promises';
import { probeMedia } from '../pipeline/edge/media.ts';
import type { Figure } from './figures.ts';
import type { LongFile } from './media/layout.ts';
import { longFragments, longMp4 } from './media/mp4Files.ts';
import { longAmr, longFlac, longMp3, longOgg, longWav } from './media/soundFiles.ts';
import { longLiveWebm } from './media/webmFiles.ts';

/** What a range request to S3 takes. */
const readMs = 15;

/** Recordings as they are hardest to measure: long, and without a length in their headers where that is possible. */
export const recordings: Readonly<Record<string, { seconds: number; make: (seconds: number) => LongFile }>> = {
  'webm, live, video': { seconds: 3_600, make: longLiveWebm },
  'mp4, fragmented, video': { seconds: 3_600, make: longFragments },
  'mp4, index at the end, video': { seconds: 4 * 3_600, make: longMp4 },
  'wav, never finalized': { seconds: 4 * 3_600, make: longWav },
  'flac, no length': { seconds: 4 * 3_600, make: longFlac },
  'mp3, no length': { seconds: 4 * 3_600, make: longMp3 },
  'ogg, opus': { seconds: 4 * 3_600, make: longOgg },
  'amr, from a phone': { seconds: 4 * 3_600, make: longAmr },
};

/** How a recording was read, and for how long it was held to be. */
export interface Reading {
  durationMs: number | undefined;
  reads: number;
  bytes: number;
  ms: number;
}

/** Inspects a recording whose store takes `delayMs` for each read. */
export async function inspect({ size, read }: LongFile, delayMs: number): Promise<Reading> {
  let [reads, bytes] = [0, 0];
  const begin = performance.now();
  const facts = await probeMedia(size, async (start, end) => {
    reads += 1;
    bytes += end - start;
    await wait(delayMs);
    return read(start, end);
  });
  return { durationMs: facts?.audio?.durationMs, reads, bytes, ms: performance.now() - begin };
}

/** How many reads and bytes it takes to know how long a recording is: bounded, whatever its size. */
export async function media(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, { seconds, make }] of Object.entries(recordings)) {
    const file = make(seconds);
    const { durationMs = 0, reads, bytes, ms } = await inspect(file, readMs);
    const error = Math.abs(durationMs / 1000 / seconds - 1);
    if (error > 0.01) throw new Error(`${name}: ${durationMs} ms instead of ${seconds} s`);
    const how = `${seconds / 60} min, ${(file.size / 1e6).toFixed(0)} MB; length off by ${(100 * error).toFixed(2)} %`;
    figures.push({ name: `${name}, reads`, value: reads, unit: 'reads', how });
    figures.push({ name: `${name}, bytes`, value: bytes / 1e6, unit: 'MB', how: 'asked of the store' });
    figures.push({
      name: `${name}, time`,
      value: ms / 1000,
      unit: 's',
      how: `${readMs} ms per read, and the work on it`,
    });
  }
  return figures;
}
