import { describe, expect, test } from 'vitest';
import { join, layOut } from '../../../../bench/media/layout.ts';
import { box, type FragmentOptions, fragment, fragmentHead, longFragments } from '../../../../bench/media/mp4Files.ts';
import { inside } from '../../../../pipeline/recording/containers/boxes.ts';
import { measureFragments } from '../../../../pipeline/recording/containers/mp4Fragments.ts';
import { bytesOf, factsOf, placeOf, secondsOf } from './inspected.ts';

/** A fragment of 94 samples takes 2.005 s. */
const count = 6;
const fragments = (options: FragmentOptions = {}, from = 0) =>
  Array.from({ length: count }, (_, n) => fragment(from + n, options));
const movie = (options: FragmentOptions = {}, ...behind: Uint8Array[]) =>
  join(fragmentHead(options), ...fragments(options), ...behind);
const ticks = 94 * 1_024;

describe('the length of a movie in fragments', () => {
  test.each<[string, Uint8Array, number]>([
    ['is where the last one ends', movie(), 12],
    ['does not count what went before the first', movie({ time: (n) => 48_000 * 5_000 + n * ticks }), 12],
    ['counts the gaps between them', movie({ time: (n) => n * ticks * 2 }), 22.1],
    ['is their sum when they have no times', movie({ time: () => undefined }), 12],
    ['is the sum of two movies whose times begin anew', movie({}, ...fragments()), 24.1],
    ['is in the timescale that fits their samples', movie({ timescale: 1_000 }), 12],
    ['is in the timescale that fits their samples, when there is none', movie({ timescale: 0 }), 12],
    ['does not care for what follows them', movie({}, box('mfra', new Uint8Array(150))), 12],
  ])('%s', async (_, file, seconds) => {
    const facts = await factsOf(file);
    expect(Math.round((facts.audio?.durationMs ?? 0) / 100) / 10).toBe(seconds);
    expect(facts.truncated).toBe(false);
  });
});

describe('a movie whose end is missing', () => {
  const whole = movie();
  const last = placeOf(whole, 'moof', whole.length - fragment(0).length) - 4;

  test.each<[string, number, number]>([
    ['in the data of the last fragment', whole.length - 3_000, 10],
    ['before the data of the last fragment', last + 110, 10],
    ['in the description of the last fragment', last + 40, 10],
    ['within its first words', last + 12, 10],
    ['in the data of the first fragment', fragmentHead().length + fragment(0).length - 4_700, 1],
  ])('%s is as long as what is whole, and truncated', async (_, size, seconds) => {
    const facts = await factsOf(whole.slice(0, size));
    expect(facts.truncated).toBe(true);
    expect(Math.round((facts.audio?.durationMs ?? 0) / 1000)).toBe(seconds);
  });

  test('between two fragments does not show', async () => {
    expect(await factsOf(whole.slice(0, last))).toMatchObject({ truncated: false, audio: { durationMs: 10_027 } });
  });

  test('of an hour, too', async () => {
    const long = longFragments(3_600);
    const facts = await factsOf({ ...long, size: long.size - 100_000 });
    expect(facts.truncated).toBe(true);
    expect((facts.audio?.durationMs ?? 0) / 1000).toBeCloseTo(3_600, -1);
  });
});

test('the word `moof` in the sound is no fragment', async () => {
  const file = movie();
  const place = placeOf(file, 'mdat', file.length - 9_500) + 100;
  file.set(join('moof', new Uint8Array(4), 'mfhd'), place);
  expect(await secondsOf(file)).toBe(12);
});

test('without times, the fragments seen stand for a file that is not walked over', async () => {
  const unit = fragment(0, { time: () => undefined, sampleBytes: 400 });
  const file = layOut(fragmentHead(), { count: 1_800, bytes: unit.length, make: () => unit });
  expect(file.size).toBeGreaterThan(4 * 1024 ** 2);
  expect((await secondsOf(file)) / (1_800 * 2.0053)).toBeCloseTo(1, 1);
});

test('a movie without fragments is measured by its index', async () => {
  const bytes = bytesOf(fragmentHead());
  const [moov] = await inside(bytes, [{ type: 'file', at: 0, bodyAt: 0, end: bytes.size }], 'file');
  expect(await measureFragments(bytes, { ...moov!, type: 'moov', bodyAt: 36, end: bytes.size }, [])).toBeUndefined();
});
