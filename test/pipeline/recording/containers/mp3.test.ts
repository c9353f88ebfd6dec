import { describe, expect, test } from 'vitest';
import { join, layOut, zeros } from '../../../../bench/media/layout.ts';
import { longMp3, mp3, xing } from '../../../../bench/media/soundFiles.ts';
import { readMp3 } from '../../../../pipeline/recording/containers/mp3.ts';
import { bytesOf, factsOf, secondsOf } from './inspected.ts';

const frame = 0.036;
const part = (frames: number, claim = frames) => join(xing(claim, frames * 36 + 288), mp3(frames));
const id3 = (bytes: number) => join('ID3', [4, 0, 0, 0, 0, bytes >> 7, bytes & 127], new Uint8Array(bytes));

describe('the number of frames is a claim', () => {
  test.each<[string, Uint8Array, number]>([
    ['is right', part(500), 500],
    ['is not there', mp3(500), 500],
    ['is 0', part(500, 0), 500],
    ['is all ones', part(500, 0xffff_ffff), 500],
    ['is one frame', part(500, 1), 500],
    ['is that of the first of three files', join(part(170), part(170), part(170)), 510],
    [
      'is that of the first of two, tags between them',
      join(id3(300), part(100), id3(900), part(300), 'TAG', new Uint8Array(125)),
      400,
    ],
    ['is that of the first of a file with one and one without', join(part(50), mp3(200)), 250],
  ])('it %s', async (_, file, frames) => {
    const { audio, truncated } = await factsOf(file);
    expect((audio?.durationMs ?? 0) / 1000).toBeCloseTo(frames * frame, 1);
    expect(truncated).toBe(false);
  });

  test('the beginning of a file whose counts fit its frames is truncated', async () => {
    const { audio, truncated } = await factsOf(part(1_000).slice(0, 18_000));
    expect((audio?.durationMs ?? 0) / 1000).toBeCloseTo(17.7, 1);
    expect(truncated).toBe(true);
  });
});

describe('frames behind something else', () => {
  test.each<[string, Uint8Array]>([
    ['5,000 zeros', join(new Uint8Array(5_000), mp3(200))],
    ['a tag and padding outside of it', join(id3(100), new Uint8Array(3_000), mp3(200))],
    ['a tag whose size is 0, and its picture', join(id3(0), new Uint8Array(20_000).fill(0x42), mp3(200))],
    ['300 kB of zeros', join(new Uint8Array(300_000), mp3(200))],
    ['the end of a frame', join(mp3(1).subarray(20), mp3(200))],
    ['two tags', join(id3(100), id3(1_000), mp3(200))],
  ])('%s', async (_, file) => {
    expect(await secondsOf(file)).toBeCloseTo(7.2, 0);
  });

  test('is not sought for ever', async () => {
    expect(await readMp3(bytesOf(layOut(zeros(8 * 1024 ** 2), mp3(200))), 0)).toBeUndefined();
  });
});

test('layer II has another name', async () => {
  const two = new Uint8Array(384);
  two.set([0xff, 0xfd, 0x84, 0x00]);
  expect(await readMp3(bytesOf(join(two, two, two, two)), 0)).toMatchObject({ container: 'MP2', format: undefined });
});

describe('a file too large to walk over', () => {
  const whole = 300_000;

  test('is measured by samples', async () => {
    expect((await secondsOf(longMp3(14_400))) / 14_400).toBeCloseTo(1, 2);
  });

  test.each<[string, number, number, number]>([
    ['believed', whole, whole * 36, whole],
    ['not believed when they are those of a third of it', whole / 3, whole * 12, whole],
    ['not believed when they are absurd', 0xffff_fff0, 0xffff_fff0, whole],
  ])('its counts are %s', async (_, frames, bytes, expected) => {
    const file = layOut(xing(frames, bytes), { count: whole, bytes: 36, make: () => mp3(1) });
    expect((await secondsOf(file)) / (expected * frame)).toBeCloseTo(1, 2);
  });
});
