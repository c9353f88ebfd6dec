import { describe, expect, test } from 'vitest';
import { checkSize, type MediaFacts, toAudio } from '../../../pipeline/recording/media.ts';

const good: MediaFacts = {
  format: 'mp4',
  audio: { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: 600_000 },
};
const withAudio = (change: Partial<NonNullable<MediaFacts['audio']>>): MediaFacts => ({
  ...good,
  audio: { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: 600_000, ...change },
});

describe('refuses by name', () => {
  test.each<[string, MediaFacts | undefined, string]>([
    ['what is no container', undefined, 'UnsupportedMedia'],
    ['a container that Transcribe does not take', { ...good, format: undefined }, 'UnsupportedMedia'],
    ['video without audio', { format: 'mp4', audio: undefined }, 'UnsupportedMedia'],
    [
      'an unknown codec',
      { ...good, audio: { codec: undefined, channels: 1, sampleRate: 16_000, durationMs: 9e5 } },
      'UnsupportedMedia',
    ],
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
