import { describe, expect, test } from 'vitest';
import { big, join } from '../../../../bench/media/layout.ts';
import {
  box,
  fragment,
  fragmentHead,
  ftyp,
  longMp4,
  moov,
  mp4,
  type Mp4Track,
} from '../../../../bench/media/mp4Files.ts';
import { silentRecording } from '../../../../local/cases/media.ts';
import { factsOf, patched, placeOf, secondsOf } from './inspected.ts';

/** 12 s of AAC. */
const aac: Mp4Track = { samples: 563, sampleTicks: 1_024, timescale: 48_000 };
const say = (change: Partial<Mp4Track>, movie?: { timescale: number; duration: number }) =>
  mp4([{ ...aac, ...change }], movie);
const refused = (file: Uint8Array) => factsOf(file).then(String, (error: Error) => `${error.name}: ${error.message}`);

describe('the duration of a header is a claim', () => {
  test.each<[string, Uint8Array, number]>([
    ['is right', say({}), 12],
    ['is in the timescale of the movie', say({ duration: 12_000 }), 12],
    ['is 0', say({ duration: 0 }), 12],
    ['is all ones', say({ duration: 0xffff_ffff }, { timescale: 1_000, duration: 0xffff_ffff }), 12],
    ['is that of the first second', say({ duration: 48_000 }), 12],
    ['is a day', say({ duration: 86_400 * 48_000 }), 12],
    [
      'is all that there is, for samples of no length',
      say({ sampleTicks: 0, entry: 'ulaw', duration: 12 * 48_000 }),
      12,
    ],
    [
      "is the movie's alone, for samples of no length",
      say({ sampleTicks: 0, entry: 'ulaw', duration: 0 }, { timescale: 600, duration: 7_200 }),
      12,
    ],
  ])('it %s', async (_, file, seconds) => {
    expect(await secondsOf(file)).toBe(seconds);
  });
});

describe('a timescale is a claim', () => {
  test.each([0, 1, 1_000, 90_000_000, 0xffff_ffff])('%i', async (timescale) => {
    expect(await secondsOf(say({ timescale }))).toBe(12);
  });

  test('samples that are missing lengthen the one before them', async () => {
    const stts = [
      [282, 1_024],
      [1, 1_024 + 10 * 48_000],
      [280, 1_024],
    ] as const;
    expect(await secondsOf(say({ stts }))).toBe(22);
  });

  test('a table of times for fewer samples than there are', async () => {
    expect(await secondsOf(say({ stts: [[50, 1_024]] }))).toBe(12);
  });
});

describe('the place of the index', () => {
  const file = say({});
  const sizeOfData = placeOf(file, 'mdat') - 4;

  test.each<[string, Uint8Array]>([
    ['behind data of no size', patched(file, sizeOfData, big(0))],
    ['behind data whose size leads astray', patched(file, sizeOfData, big(77))],
    ['behind data whose size is too large', patched(file, sizeOfData, big(0x7fff_ffff))],
    ['in front of the data', join(ftyp(), moov([aac], 1_000), box('mdat', new Uint8Array(60_000)))],
    ['behind an ID3 tag', join('ID3', [4, 0, 0, 0, 0, 1, 0], new Uint8Array(128), file)],
    ['behind filling', join(box('free', new Uint8Array(99)), file)],
  ])('%s', async (_, bytes) => {
    expect(await factsOf(bytes)).toMatchObject({ format: 'mp4', audio: { codec: 'aac' } });
    expect(await secondsOf(bytes)).toBe(12);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['is missing', file.slice(0, 30_000), /^UnsupportedMedia: the MP4 was cut off: it has no index.*upload/],
    ['is cut', file.slice(0, -500), /no index/],
    [
      'lists more than there is',
      join(ftyp(), moov([aac], 1_000), box('mdat', new Uint8Array(20_000))).slice(0, -5_000),
      /cut off: \d+ bytes/,
    ],
    ['is missing before fragments', join(box('styp', 'msdh'), fragment(0)), /no index/],
  ])('it %s', async (_, bytes, message) => {
    expect(await refused(bytes)).toMatch(message);
  });
});

describe('QuickTime is a container of its own', () => {
  const movie = moov([aac], 1_000);

  test.each<[string, Uint8Array, string]>([
    ['by its brand', join(ftyp('qt  '), movie), 'QuickTime'],
    ['for want of a brand', join(box('wide'), box('mdat', new Uint8Array(60_000)), movie), 'QuickTime'],
    [
      'but not with a brand of MP4 beside it',
      join(ftyp('qt  ', 'isom'), movie, box('mdat', new Uint8Array(60_000))),
      'MP4',
    ],
    ['nor a 3GP', join(ftyp('3gp4'), movie, box('mdat', new Uint8Array(60_000))), 'MP4'],
  ])('%s', async (_, file, container) => {
    expect((await factsOf(file)).container).toBe(container);
  });
});

describe('of two tracks', () => {
  const silent: Mp4Track = { ...aac, samples: 5_630, sampleBytes: 6 };

  test.each<[string, Mp4Track[], number]>([
    ['the one with sound counts, not the longer one that is silent', [silent, aac], 12],
    ['the longer one counts when both have sound', [aac, { ...aac, samples: 1_126 }], 24],
    ['the longer one counts when both are silent', [{ ...aac, sampleBytes: 6 }, silent], 120.1],
  ])('%s', async (_, tracks, seconds) => {
    expect((await factsOf(mp4(tracks))).audioTracks).toBe(2);
    expect(await secondsOf(mp4(tracks))).toBe(seconds);
  });

  test('pictures are none', async () => {
    const pictures: Mp4Track = { ...aac, samples: 9_000, kind: 'vide' };
    expect((await factsOf(mp4([pictures, aac]))).audioTracks).toBe(1);
    expect((await factsOf(mp4([pictures]))).audio).toBeUndefined();
  });
});

test('an index that knows its first second, and fragments with the rest', async () => {
  const head = fragmentHead({ duration: 48_000 });
  const file = join(head, ...Array.from({ length: 6 }, (_, n) => fragment(n)));
  expect(await factsOf(file)).toMatchObject({ truncated: false, audio: { durationMs: 12_032 } });
});

test('of another program, at the millisecond', async () => {
  const file = await silentRecording({ container: 'm4a', channels: 2, durationMs: 5_000 });
  expect(await factsOf(file)).toMatchObject({
    container: 'MP4',
    audio: { codec: 'aac', channels: 2, sampleRate: 16_000, durationMs: 5_056 },
    truncated: false,
  });
});

test('four hours with pictures', async () => {
  expect(await secondsOf(longMp4(14_400))).toBe(14_400);
});
