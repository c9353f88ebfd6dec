import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { expect, test } from 'vitest';
import { containers, silentRecording } from '../../../local/cases/media.ts';
import type { SilentRecording } from '../../../local/cases/media.ts';

async function probe(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track = await input.getPrimaryAudioTrack();
  return {
    codec: track?.codec,
    channels: track?.numberOfChannels,
    sampleRate: track?.sampleRate,
    seconds: (await input.getDurationFromMetadata()) ?? (await input.computeDuration()),
  };
}

const codecs = { mp4: 'aac', m4a: 'aac', webm: 'opus', ogg: 'opus', wav: 'pcm-s16', flac: 'flac', mp3: 'mp3' } as const;
const forms = containers.flatMap((container) => [
  { container, channels: 1, sampleRate: 16_000, durationMs: 65_000 } as const,
  { container, channels: 2, sampleRate: 48_000, durationMs: 12_345 } as const,
]);

test.each(forms)('$container, $channels channels at $sampleRate Hz', async (form) => {
  const found = await probe(await silentRecording(form));
  expect(found).toMatchObject({
    codec: codecs[form.container],
    channels: form.channels,
    sampleRate: codecs[form.container] === 'opus' ? 48_000 : form.sampleRate,
  });
  // Ogg keeps no duration; reading it packet by packet leaves out the last frame.
  expect(found['seconds']).toBeGreaterThan(form.durationMs / 1000 - 0.03);
  expect(found['seconds']).toBeLessThan(form.durationMs / 1000 + 0.26);
});

test.each([1, 2] as const)('ten minutes of mp4 with %i channels are small', async (channels) => {
  const bytes = await silentRecording({ durationMs: 600_000, channels, container: 'mp4' });
  expect(bytes.length).toBeLessThan(120_000);
  expect(await probe(bytes)).toMatchObject({ sampleRate: 16_000, seconds: 600 });
});

test('FLAC numbers its frames beyond two bytes', async () => {
  const bytes = await silentRecording({ durationMs: 14_400_000, channels: 1, container: 'flac' });
  const track = await new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) }).getPrimaryAudioTrack();
  // The last frame of four hours is number 56,249: three bytes, in the range where UTF-8 has no characters.
  expect(Buffer.from(bytes).includes(Buffer.from([0xff, 0xf8, 0xc0, 0x08, 0xed, 0xae, 0xb9]))).toBe(true);
  expect(track?.numberOfChannels).toBe(1);
});

test.each(['mp4', 'webm', 'flac'] as const)('%s has the same bytes whenever it is made', async (container) => {
  const form = { durationMs: 1000, channels: 1, container } satisfies SilentRecording;
  const first = await silentRecording(form);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(await silentRecording(form)).toEqual(first);
});

test.each([
  { container: 'mp4', sampleRate: 17_000 },
  { container: 'mp3', sampleRate: 44_100 },
] as const)('$container refuses $sampleRate Hz', async (form) => {
  await expect(silentRecording({ durationMs: 1000, channels: 1, ...form })).rejects.toThrow(RangeError);
});
