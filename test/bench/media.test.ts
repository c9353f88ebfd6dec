import { describe, expect, test } from 'vitest';
import { inspect, recordings } from '../../bench/media.ts';
import { longLiveWebm } from '../../bench/media/webmFiles.ts';

/** What a range request to S3 takes. */
const readMs = 15;

describe('an hour of a call that MediaRecorder wrote: 1.1 GB, without Duration and Cues', () => {
  const file = longLiveWebm(3_600);

  const readPadded = (start: number, end: number) => {
    const bytes = new Uint8Array(end - start);
    if (start < file.size) bytes.set(file.read(start, Math.min(end, file.size)));
    return bytes;
  };

  test('is inspected within ten seconds, from its head and its end', async () => {
    expect(file.size).toBeGreaterThan(1.1e9);
    const { durationMs, reads, bytes, ms } = await inspect(file, readMs);
    expect(durationMs).toBe(3_600_000);
    expect(reads).toBeLessThanOrEqual(6);
    expect(bytes).toBeLessThanOrEqual(4 * 1024 ** 2);
    expect(ms).toBeLessThan(10_000);
  });

  test('takes no more reads than one of a minute', async () => {
    const [hour, minute] = [await inspect(file, 0), await inspect(longLiveWebm(60), 0)];
    expect(hour.reads).toBeLessThanOrEqual(minute.reads);
  });

  test('whose last 20 MB hold no sound takes a few more', async () => {
    const muted = { size: file.size + 20e6, read: readPadded };
    const { durationMs, reads, bytes } = await inspect(muted, 0);
    expect(durationMs).toBe(3_600_000);
    expect(reads).toBeLessThanOrEqual(8);
    expect(bytes).toBeLessThanOrEqual(34 * 1024 ** 2);
  });
});

test.each(Object.entries(recordings))('%s is measured by few reads', async (_, { seconds, make }) => {
  const { durationMs = 0, reads, bytes } = await inspect(make(seconds), 0);
  expect(Math.abs(durationMs / 1000 / seconds - 1)).toBeLessThan(0.01);
  expect(reads).toBeLessThanOrEqual(16);
  expect(bytes).toBeLessThanOrEqual(8 * 1024 ** 2);
});
