import { describe, expect, test } from 'vitest';
import { big, join, layOut } from '../../../../bench/media/layout.ts';
import {
  cluster,
  ebmlHeader,
  element,
  every,
  info,
  longLiveWebm,
  open,
  opusBlocks,
  webm,
} from '../../../../bench/media/webmFiles.ts';
import { silentRecording } from '../../../../local/cases/media.ts';
import { cpuMsOf } from '../../../cpuTime.ts';
import { factsOf, secondsOf } from './inspected.ts';

/** Clusters of a second of Opus, on the clock of the file. */
const seconds = (count: number, from = 0, track = 1, bytes = 40) =>
  Array.from({ length: count }, (_, n) => cluster((from + n) * 1000, opusBlocks(track, every(20, 50), bytes)));
const live = (clusters: Uint8Array[]) =>
  join(ebmlHeader(), open(0x18538067), info(), ...clusters.map((known) => join(open(0x1f43b675), known.subarray(12))));

describe('the duration is a claim', () => {
  test.each<[string, Uint8Array, number]>([
    ['is right', webm({ duration: 12_000 }, ...seconds(12)), 12],
    ['is not there', webm({}, ...seconds(12)), 12],
    ['is not there, and no size is either', live(seconds(12)), 12],
    ['is that of the first blob', webm({ duration: 400 }, ...seconds(12)), 12],
    ['is 0', webm({ duration: 0 }, ...seconds(12)), 12],
    ['is not a number', webm({ duration: Number.NaN }, ...seconds(12)), 12],
    ['has no end', webm({ duration: Number.POSITIVE_INFINITY }, ...seconds(12)), 12],
    ['is a day', webm({ duration: 86_400_000 }, ...seconds(12)), 12],
    ['begins after five minutes', webm({ duration: 312_000 }, ...seconds(12, 300)), 12],
    ['is the only one, for want of clusters', webm({ duration: 9_000 }), 9],
    [
      'is that of the first of two joined files',
      join(webm({ duration: 12_000 }, ...seconds(12)), webm({ duration: 5_000 }, ...seconds(5))),
      17,
    ],
    ['is not there, in two joined live files', join(live(seconds(12)), live(seconds(5))), 17],
  ])('it %s', async (_, file, expected) => {
    expect(await secondsOf(file)).toBe(expected);
  });

  test('a file whose end is missing is truncated; a live one never says so', async () => {
    const whole = webm({ duration: 12_000 }, ...seconds(12));
    const cut = await factsOf(whole.slice(0, whole.length / 2));
    expect(cut).toMatchObject({ truncated: true, audio: { durationMs: expect.closeTo(6_000, -3) } });
    const file = live(seconds(12));
    expect(await factsOf(file.slice(0, file.length / 2))).toMatchObject({ truncated: false });
  });
});

describe('the length of a tick is a claim', () => {
  test.each([1, 1_000, 1e6, 1e9, 0xffff_ffff])('%i ns', async (tickNs) => {
    expect(await secondsOf(webm({ tickNs }, ...seconds(12)))).toBe(12);
  });

  test('a right one that is not the usual one is believed', async () => {
    const ticks = (count: number) => cluster(0, opusBlocks(1, every(200, count)));
    expect(await secondsOf(webm({ tickNs: 1e5 }, ticks(100)))).toBe(2);
  });

  test('pauses are no reason to doubt it', async () => {
    const pauses = every(400, 60).map((tick) => cluster(tick, opusBlocks(1, tick % 4_000 === 0 ? [0, 20, 40] : [0])));
    expect(await secondsOf(webm({}, ...pauses))).toBe(23.6);
  });
});

describe('the tracks', () => {
  test('pictures that go on longer than the sound do not count', async () => {
    const pictures = every(1_000, 20).map((tick) =>
      cluster(tick, element(0xa3, [0x82], big(0, 2), [0x80], new Uint8Array(9_000))),
    );
    const file = webm({ codecs: ['A_OPUS', 'V_VP8'] }, ...seconds(12), ...pictures.slice(12));
    expect(await factsOf(file)).toMatchObject({ audioTracks: 1, audio: { durationMs: 12_000 } });
  });

  test('of two, the longest that is not silent counts', async () => {
    const codecs = ['A_OPUS', 'A_OPUS'];
    const both = seconds(20).map((_, n) =>
      cluster(n * 1000, ...(n < 12 ? [opusBlocks(1, every(20, 50), 40)] : []), opusBlocks(2, every(20, 50), 3)),
    );
    expect(await factsOf(webm({ codecs }, ...both))).toMatchObject({ audioTracks: 2, audio: { durationMs: 12_000 } });
  });

  test.each(['A_VORBIS', 'A_OPUS'])('%s', async (codec) => {
    const { audio } = await factsOf(webm({ codecs: [codec] }, ...seconds(3)));
    expect(audio).toMatchObject({ codec: codec.slice(2).toLowerCase(), channels: 1, sampleRate: 48_000 });
  });

  test('without sound', async () => {
    expect(await factsOf(webm({ codecs: ['V_VP8'] }))).toMatchObject({ format: 'webm', audio: undefined });
  });
});

test.each(['matroska', 'private'])('a file of type %s is no WebM', async (docType) => {
  expect((await factsOf(webm({ docType, duration: 9_000 }))).format).toBeUndefined();
});

test('four bytes of sound that look like a cluster are none', async () => {
  const file = await silentRecording({ container: 'webm', channels: 1, durationMs: 5_000 });
  const lure = element(0xec, [0x1f, 0x43, 0xb6, 0x75, 0x88, 0xe7, 0x84, 0xff, 0xff, 0xff]);
  expect(await secondsOf(join(file, lure))).toBe(5);
});

test('a large file is joined to another where it says that it ends', async () => {
  const long = { duration: 500_000 };
  const one = webm(long, ...seconds(500, 0, 1, 200));
  expect(one.length).toBeGreaterThan(4 * 1024 ** 2);
  expect(await secondsOf(layOut(one, webm({ duration: 5_000 }, ...seconds(5))))).toBe(505);
});

test('an hour of a call', async () => {
  expect(await secondsOf(longLiveWebm(3_600))).toBe(3_600);
});

describe('zeros where something else belongs take no time', () => {
  const zeros = (count: number) => new Uint8Array(count);
  const sound = (codec: Uint8Array) =>
    element(0x1654ae6b, element(0xae, element(0xd7, [1]), element(0x83, [2]), element(0x86, codec)));
  const text = (name: string, rest: Uint8Array) => join(new TextEncoder().encode(name), rest, [1]);
  const head = join(ebmlHeader(), open(0x18538067));

  test.each<[string, Uint8Array]>([
    ['a codec of zeros', join(head, sound(text('A_OPUS', zeros(250_000))), ...seconds(12))],
    [
      'a type of zeros',
      join(element(0x1a45dfa3, element(0x4282, text('webm', zeros(250_000)))), open(0x18538067), info()),
    ],
    ['a tail of zeros', join(live(seconds(12)), zeros(5_000_000))],
    [
      'a group of empty elements',
      join(live(seconds(12)), open(0x1f43b675), element(0xe7, [0]), element(0xa0, zeros(9_000_000).fill(0x80))),
    ],
  ])('%s', async (_, file) => {
    expect(await cpuMsOf(() => factsOf(file))).toBeLessThan(4_000);
  });

  test('more elements than a recording can have are refused', async () => {
    const many = join(live(seconds(1)), open(0x1f43b675), element(0xe7, [0]), zeros(9_000_000).fill(0x80));
    await expect(factsOf(many)).rejects.toMatchObject({ name: 'UnsupportedMedia' });
  });
});
