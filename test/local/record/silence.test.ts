import { expect, test } from 'vitest';
import { exactSilence } from '../../../local/record/silence.ts';
import { probeMedia } from '../../../pipeline/edge/media.ts';

test.each<[durationMs: number, channels: 1 | 2, sampleRate: number]>([
  [500, 1, 16_000],
  [1_024, 1, 16_000],
  [1_025, 2, 16_000],
  [123_457, 1, 8_000],
  [3_600_001, 1, 16_000],
])('%d ms on %d channels at %d Hz, to the millisecond', async (durationMs, channels, sampleRate) => {
  const bytes = await exactSilence(durationMs, channels, sampleRate);
  const facts = await probeMedia(bytes.length, async (start, end) => bytes.subarray(start, end));
  expect(facts).toMatchObject({ format: 'mp4', audio: { codec: 'aac', channels, sampleRate, durationMs } });
});
