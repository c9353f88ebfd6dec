import { expect } from 'vitest';
import { probeMedia } from '../../../../pipeline/edge/media.ts';
import { bucket, type PipelinesHarness } from './harness.ts';

/** One frame of sound at 16,000 Hz, in milliseconds. */
export const frameMs = 1024 / 16;

/** How long the product takes a file to be, in milliseconds. */
export async function durationOf({ s3 }: PipelinesHarness, key: string): Promise<number> {
  const bytes = await s3.read(bucket, key);
  const facts = await probeMedia(bytes.length, async (start, end) => bytes.subarray(start, end));
  expect(facts).toMatchObject({
    format: 'mp4',
    truncated: false,
    audioTracks: 1,
    audio: { codec: 'aac', channels: 1 },
  });
  return facts?.audio?.durationMs ?? 0;
}
