import { expect, test } from 'vitest';
import { box, moov } from '../../../../bench/media/mp4Files.ts';
import { checkTimescale, readTracks } from '../../../../pipeline/recording/containers/mp4Tracks.ts';
import { bytesOf } from './inspected.ts';

const read = (file: Uint8Array) => readTracks(bytesOf(file), { type: 'moov', at: 0, bodyAt: 8, end: file.length });

test('a track in the words of its tables', async () => {
  const file = moov([{ samples: 100, sampleTicks: 1_024, timescale: 48_000, duration: 5, sampleBytes: 70 }], 5_000, {
    timescale: 600,
    duration: 1_200,
  });
  expect(await read(file)).toEqual([
    expect.objectContaining({
      id: 1,
      samples: 100,
      ticks: 102_400,
      timescale: 48_000,
      bytes: 7_000,
      end: 12_000,
      claims: [5 / 48_000, 2],
    }),
  ]);
});

test('what is no track of sound is left out', async () => {
  expect(await read(moov([{ samples: 9, sampleTicks: 1, timescale: 30, kind: 'vide' }], 0))).toEqual([]);
  expect(await read(box('moov', box('trak', box('tkhd'))))).toEqual([]);
});

test.each<[string, number, number, [number, number] | undefined, number]>([
  ['fits AAC', 48_000, 1_024, [960 / 48_000, 2_048 / 48_000], 48_000],
  ['fits AAC of half the rate', 24_000, 1_024, [960 / 48_000, 2_048 / 48_000], 24_000],
  ['does not', 1_000, 1_024, [960 / 48_000, 2_048 / 48_000], 48_000],
  ['does not fit Opus, whose packets are 20 ms mostly', 48, 960, [0.0025, 0.12], 48_000],
  ['cannot be told', 1_000, 1_024, undefined, 1_000],
  ['cannot be told from samples of no length', 1_000, 0, [0.02, 0.02], 1_000],
])('a timescale that %s', (_, said, ticks, sampleSeconds, expected) => {
  expect(checkTimescale(said, ticks, { sampleSeconds })).toBeCloseTo(expected, 3);
});
