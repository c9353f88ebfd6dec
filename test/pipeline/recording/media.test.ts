import { describe, expect, test } from 'vitest';
import type { Track } from '../../../pipeline/recording/containers/contents.ts';
import { checkSize, type MediaFacts, toAudio, toFacts } from '../../../pipeline/recording/media.ts';

const good: MediaFacts = {
  container: 'MP4',
  format: 'mp4',
  audio: { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: 600_000 },
  audioTracks: 1,
  truncated: false,
};
const withAudio = (change: Partial<NonNullable<MediaFacts['audio']>>): MediaFacts => ({
  ...good,
  audio: { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: 600_000, ...change },
});

describe('refuses by name', () => {
  test.each<[string, MediaFacts | undefined, string]>([
    ['what is no container', undefined, 'UnsupportedMedia'],
    ['a container that Transcribe does not take', { ...good, format: undefined }, 'UnsupportedMedia'],
    ['video without audio', { ...good, audio: undefined }, 'UnsupportedMedia'],
    ['an unknown codec', withAudio({ codec: 'enca' }), 'UnsupportedMedia'],
    ['no channel', withAudio({ channels: 0 }), 'UnsupportedMedia'],
    ['three channels', withAudio({ channels: 3 }), 'UnsupportedMedia'],
    ['4 kHz', withAudio({ sampleRate: 4_000 }), 'UnsupportedMedia'],
    ['a hertz less than 8 kHz', withAudio({ sampleRate: 7_999 }), 'UnsupportedMedia'],
    ['a hertz more than 48 kHz', withAudio({ sampleRate: 48_001 }), 'UnsupportedMedia'],
    ['96 kHz', withAudio({ sampleRate: 96_000 }), 'UnsupportedMedia'],
    ['499 ms', withAudio({ durationMs: 499 }), 'RecordingEmpty'],
    ['four hours and a millisecond', withAudio({ durationMs: 14_400_001 }), 'RecordingTooLong'],
  ])('%s', (_, facts, name) => {
    expect(() => toAudio(facts)).toThrow(expect.objectContaining({ name }));
  });

  test.each([
    [0, 'RecordingEmpty'],
    [2 * 1024 ** 3 + 1, 'RecordingTooLarge'],
  ])('%i bytes', (size, name) => {
    expect(() => checkSize(size)).toThrow(expect.objectContaining({ name }));
  });

  test.each([1, 2 * 1024 ** 3])('but not %i bytes', (size) => {
    expect(() => checkSize(size)).not.toThrow();
  });

  test.each([
    withAudio({ durationMs: 500 }),
    withAudio({ durationMs: 14_400_000 }),
    withAudio({ channels: 2, sampleRate: 8_000 }),
  ])('but not the limits themselves', (facts) => {
    expect(toAudio(facts)).toMatchObject({ format: 'mp4' });
  });
});

test('what is taken keeps the facts that the route is chosen by', () => {
  expect(toAudio(withAudio({ channels: 2, sampleRate: 16_000, durationMs: 1_234 }))).toEqual({
    format: 'mp4',
    channels: 2,
    sampleRate: 16_000,
    durationMs: 1_234,
  });
});

describe('a refusal says what is wrong and what to do', () => {
  test.each<[MediaFacts | undefined, RegExp]>([
    [undefined, /no media container.*upload the recording itself/],
    [{ ...good, container: 'QuickTime', format: undefined }, /does not take QuickTime: convert it to MP4, .*AMR$/],
    [{ ...good, audio: undefined }, /MP4 file has no audio track: upload/],
    [withAudio({ codec: 'enca' }), /unknown codec, enca: convert/],
    [withAudio({ channels: 6 }), /6 channels.*mix/],
    [withAudio({ sampleRate: 96_000 }), /96000 Hz.*resample/],
  ])('%#', (facts, message) => {
    expect(() => toAudio(facts)).toThrow(message);
  });

  test.each(['aac', 'adpcm-ima', 'alac', 'amr-nb', 'pcm-s24', 'vorbis'])('but not %s', (codec) => {
    expect(toAudio(withAudio({ codec }))).toMatchObject({ format: 'mp4' });
  });
});

describe('the track that counts', () => {
  const track = (seconds: number, bytesPerSecond?: number, more: Partial<Track> = {}): Track => ({
    codec: 'aac',
    channels: 1,
    sampleRate: 48_000,
    seconds,
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    ...more,
  });
  const lengthOf = (...tracks: Track[]) =>
    toFacts({ container: 'MP4', format: 'mp4', tracks, truncated: false }).audio?.durationMs;

  test.each<[string, Track[], number | undefined]>([
    ['the longest', [track(60, 8_000), track(90, 8_000)], 90_000],
    ['not the longest when it is silent', [track(60, 8_000), track(90, 100)], 60_000],
    ['the longest when all are silent', [track(60, 100), track(90, 100)], 90_000],
    ['the longest when none tells its size', [track(60), track(90)], 90_000],
    ['none', [], undefined],
    ['one whose length nobody knows', [track(Number.NaN, 8_000)], 0],
    ['an estimate a little above four hours', [track(14_500, 8_000, { isEstimate: true })], 14_400_000],
    ['an estimate far above four hours', [track(20_000, 8_000, { isEstimate: true })], 20_000_000],
    ['what was measured above four hours', [track(14_500, 8_000)], 14_500_000],
  ])('%s', (_, tracks, durationMs) => {
    expect(lengthOf(...tracks)).toBe(durationMs);
  });
});
