import { describe, expect, test } from 'vitest';
import { big, join } from '../../../../bench/media/layout.ts';
import { box } from '../../../../bench/media/mp4Files.ts';
import { soundOf } from '../../../../pipeline/recording/containers/mp4Sound.ts';
import { viewOf } from './inspected.ts';

const zeros = (count: number) => new Uint8Array(count);
const entry = (type: string, channels: number, rate: number, ...boxes: Uint8Array[]) =>
  box(type, zeros(6), big(1, 2), zeros(8), big(channels, 2), big(16, 2), zeros(4), big(rate, 2), zeros(2), ...boxes);
const sound = (sample: Uint8Array) => soundOf(viewOf(join(big(0), big(1), sample)));
const esds = (objectType: number, ...config: number[]) =>
  box('esds', big(0), [3, 22, 0, 1, 0, 4, 17, objectType, 0x15], zeros(11), [5, config.length, ...config]);

describe('a sample description', () => {
  test.each<[string, Uint8Array, object]>([
    [
      'AAC of 48 kHz, whatever the entry says',
      entry('mp4a', 2, 0, esds(0x40, 0x11, 0x88)),
      { codec: 'aac', channels: 1, sampleRate: 48_000 },
    ],
    [
      'AAC with replicated bands: 24 kHz that sound like 48',
      entry('mp4a', 2, 24_000, esds(0x40, 0x2b, 0x11, 0x88)),
      { codec: 'aac', channels: 2, sampleRate: 48_000 },
    ],
    ['MP3', entry('mp4a', 2, 44_100, esds(0x6b)), { codec: 'mp3', channels: 2, sampleRate: 44_100 }],
    ['AAC without its settings', entry('mp4a', 1, 32_000), { codec: 'aac', channels: 1, sampleRate: 32_000 }],
    [
      'ALAC',
      entry('alac', 2, 0, box('alac', big(0), zeros(9), [1], zeros(10), big(44_100))),
      { codec: 'alac', channels: 1, sampleRate: 44_100 },
    ],
    ['Opus', entry('Opus', 2, 16_000), { codec: 'opus', sampleRate: 48_000 }],
    ['AMR', entry('samr', 1, 8_000), { codec: 'amr-nb', sampleRate: 8_000 }],
    ['Vorbis', entry('mp4a', 2, 16_000, esds(0xdd)), { codec: 'vorbis', sampleSeconds: undefined }],
    ['an object type that is not known keeps its number', entry('mp4a', 2, 48_000, esds(0xe1)), { codec: 'mp4a.e1' }],
    ['a codec that is not known keeps its name', entry('enca', 2, 48_000), { codec: 'enca' }],
  ])('%s', (_, sample, facts) => {
    expect(sound(sample)).toMatchObject(facts);
  });

  test('one that is cut cannot be read', () => {
    expect(() => sound(entry('mp4a', 2, 48_000).slice(0, 20))).toThrow(RangeError);
  });
});
