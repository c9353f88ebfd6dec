import { describe, expect, test } from 'vitest';
import { join } from '../../../../bench/media/layout.ts';
import { amrFrame } from '../../../../bench/media/soundFiles.ts';
import { containers, silentRecording } from '../../../../local/cases/media.ts';
import { readContainer } from '../../../../pipeline/recording/containers/container.ts';
import { bytesOf, factsOf } from './inspected.ts';

const rest = new Uint8Array(2_000).fill(0x11);
const id3 = join('ID3', [4, 0, 0, 0, 0, 0, 50], new Uint8Array(50));
const every = (bytes: number, times: number) => join(...Array(times).fill(join('G', new Uint8Array(bytes - 1))));

describe('media that Transcribe does not take has a name', () => {
  test.each<[string, Uint8Array]>([
    ['AVI', join('RIFF', [0, 0, 9, 0], 'AVI LIST', rest)],
    ['AIFF', join('FORM', [0, 0, 9, 0], 'AIFCFVER', rest)],
    ['CAF (Core Audio)', join('caff', [0, 1, 0, 0], rest)],
    ['WMA or another ASF file', join([0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], rest)],
    ['an MPEG transport stream', every(188, 5)],
    ['an MPEG transport stream', join(new Uint8Array(4), every(192, 5))],
    ['an MPEG program stream', join([0, 0, 1, 0xba], rest)],
    [
      'AAC without a container',
      join(...Array.from({ length: 9 }, () => [0xff, 0xf1, 0x60, 0x40, 0x01, 0x1f, 0xfc, 0])),
    ],
    ['AMR with several channels', join('#!AMR_MC1.0\n', [0, 0, 0, 2], amrFrame())],
    ['a playlist', join('#EXTM3U\n#EXT-X-VERSION:3\n')],
    ['WavPack', join('wvpk', rest)],
  ])('%s', async (container, file) => {
    expect(await readContainer(bytesOf(file))).toMatchObject({ container, format: undefined });
  });
});

describe('what is no media has none', () => {
  test.each<[string, Uint8Array]>([
    ['text', Buffer.from('This is no recording. '.repeat(200))],
    ['a page', Buffer.from('<!doctype html><title>403</title>')],
    ['zeros', new Uint8Array(700_000)],
    ['noise', Uint8Array.from({ length: 60_000 }, (_, n) => (n * 7_919 + (n >> 3) * 31) & 0xff)],
    ['a tag alone', id3],
    ['a picture', join([0x89], 'PNG\r\n', rest)],
    ['three bytes', join('RIF')],
  ])('%s', async (_, file) => {
    expect(await readContainer(bytesOf(new Uint8Array(file)))).toBeUndefined();
  });
});

test.each(containers)('a tag in front of %s is passed over', async (container) => {
  const file = await silentRecording({ container, channels: 1, durationMs: 2_000 });
  expect(await factsOf(join(id3, file))).toEqual(await factsOf(file));
});

test.each([...containers])(
  '%s that ends anywhere is measured or refused by name, never anything else',
  async (container) => {
    const file = await silentRecording({ container, channels: 2, durationMs: 1_500 });
    for (let size = 1; size < file.length; size += Math.ceil(file.length / 150)) {
      const outcome = await readContainer(bytesOf(file.slice(0, size))).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'UnsupportedMedia' });
    }
  },
);
