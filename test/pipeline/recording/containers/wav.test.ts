import { describe, expect, test } from 'vitest';
import { join, little } from '../../../../bench/media/layout.ts';
import { longWav, mp3, type WavHead, wavHead } from '../../../../bench/media/soundFiles.ts';
import { silentRecording } from '../../../../local/cases/media.ts';
import { readWav } from '../../../../pipeline/recording/containers/wav.ts';
import { bytesOf, factsOf, patched, secondsOf } from './inspected.ts';

const second = 32_000;
/** Samples of a quiet room: a few steps around zero. */
const sound = (seconds: number) => Uint8Array.from({ length: seconds * second }, (_, n) => [3, 0, 254, 255][n % 4]!);
const wav = (dataBytes: number, ...rest: Uint8Array[]) => join(wavHead({ dataBytes }), ...rest);
const list = (bytes: number) => join('LIST', little(bytes), new Uint8Array(bytes));

describe('the size of the data is a claim', () => {
  test.each<[string, Uint8Array, number]>([
    ['is right', wav(11 * second, sound(11)), 11],
    ['is 0: the recorder was killed', wav(0, sound(11)), 11],
    ['is all ones: it went to a pipe', wav(0xffff_ffff, sound(7)), 7],
    ['is what sox writes to a pipe', wav(0x7fff_ffff - 36, sound(7)), 7],
    ['is that of the first second, and never renewed', wav(second, sound(9)), 9],
    ['is half', wav(10 * second, sound(20)), 20],
    ['is right, and tags follow', wav(3 * second, sound(3), list(5 * second)), 3],
    ['is right, and rubbish follows', wav(10 * second, sound(10), new Uint8Array(1_000)), 10],
    ['is odd, and tags follow', join(wavHead({ dataBytes: 16_001, bits: 8 }), new Uint8Array(16_002), list(40_000)), 1],
    ['is more than there is', wav(10 * second, sound(6)), 6],
  ])('it %s', async (_, file, seconds) => {
    expect(await secondsOf(file)).toBe(seconds);
  });

  test('a file whose end is missing is truncated, one that was never finished is not', async () => {
    const truncated = async (file: Uint8Array) => (await factsOf(file)).truncated;
    expect(await truncated(wav(10 * second, sound(6)))).toBe(true);
    expect(await truncated(wav(0, sound(6)))).toBe(false);
    expect(await truncated(wav(0x7fff_ffff, sound(6)))).toBe(false);
  });
});

describe('a codec', () => {
  const blocks = (spec: Partial<WavHead>, bytes: number) =>
    join(wavHead({ dataBytes: bytes, ...spec }), new Uint8Array(bytes));

  test.each<[string, Uint8Array, string, number]>([
    ['PCM of 24 bits', blocks({ bits: 24, channels: 2 }, 96_000 * 4), 'pcm-s24', 4],
    ['floating point', blocks({ tag: 3, bits: 32 }, 64_000 * 4), 'pcm-f32', 4],
    ['G.722, whose byte rate is wrong', blocks({ tag: 0x28f, byteRate: 16_000 }, 8_000 * 4), 'g722', 4],
    ['mu-law of a telephone', blocks({ tag: 7, bits: 8, rate: 8_000 }, 8_000 * 5), 'ulaw', 5],
    [
      "Microsoft's ADPCM",
      blocks({ tag: 2, bits: 4, blockBytes: 256, extra: little((500 << 16) | 32) }, 256 * 96),
      'adpcm-ms',
      3,
    ],
    [
      "IMA's ADPCM, which does not count its samples",
      blocks({ tag: 0x11, bits: 4, blockBytes: 256 }, 256 * 95),
      'adpcm-ima',
      3,
    ],
    [
      'the extensible form',
      blocks(
        { tag: 0xfffe, extra: join(little(22, 2), little(16, 2), little(4), little(1, 2), new Uint8Array(14)) },
        second * 2,
      ),
      'pcm-s16',
      2,
    ],
    ['MP3 of no byte rate', join(wavHead({ tag: 0x55, byteRate: 0, dataBytes: 36 * 500 }), mp3(500)), 'mp3', 18],
    ['a byte rate that is wrong', blocks({ byteRate: 1 }, second * 2), 'pcm-s16', 2],
  ])('%s', async (_, file, codec, seconds) => {
    const { audio } = await factsOf(file);
    expect(audio?.codec).toBe(codec);
    expect(Math.abs((audio?.durationMs ?? 0) / 1000 - seconds)).toBeLessThan(0.1);
  });
});

test('RF64 has its size in another chunk, or nowhere', async () => {
  const ds64 = (bytes: number) => join('ds64', little(28), little(0, 8), little(bytes, 8), little(0, 8), little(0));
  const rf64 = (bytes: number) => {
    const head = wavHead({ dataBytes: 0xffff_ffff });
    return join('RF64', head.subarray(4, 12), ds64(bytes), head.subarray(12), sound(5), list(3 * second));
  };
  expect(await secondsOf(rf64(5 * second))).toBe(5);
  // Without one, the tags count as sound: nothing says where it ends.
  expect(await secondsOf(rf64(0))).toBe(8);
});

test('a file without `fmt ` has no track', async () => {
  const file = await silentRecording({ container: 'wav', channels: 1, durationMs: 1_000 });
  expect(await readWav(bytesOf(patched(file, 12, [0x4a])), 0)).toMatchObject({ container: 'WAV', tracks: [] });
});

test('one read is enough for four hours', async () => {
  expect(await secondsOf(longWav(14_400))).toBeGreaterThanOrEqual(14_400);
});
