import { describe, expect, test } from 'vitest';
import { join } from '../../../../bench/media/layout.ts';
import { mp3, xing } from '../../../../bench/media/soundFiles.ts';
import { firstFrame, frameAt, noteOf, walkFrames } from '../../../../pipeline/recording/containers/mpegAudio.ts';
import { viewOf } from './inspected.ts';

/** ISO/IEC 11172-3, 2.4.2.3; bytes by hand. */
describe('a header', () => {
  test.each<[string, number[], object | undefined]>([
    [
      '128 kbit/s at 44.1 kHz',
      [0xff, 0xfb, 0x90, 0x00],
      { bytes: 417, samples: 1_152, sampleRate: 44_100, channels: 2 },
    ],
    ['the same with padding', [0xff, 0xfb, 0x92, 0x00], { bytes: 418 }],
    [
      '32 kbit/s at 16 kHz, mono',
      [0xff, 0xf3, 0x48, 0xc0],
      { bytes: 144, samples: 576, sampleRate: 16_000, channels: 1 },
    ],
    ['version 2.5', [0xff, 0xe3, 0x48, 0xc0], { bytes: 288, samples: 576, sampleRate: 8_000 }],
    ['layer II', [0xff, 0xfd, 0x84, 0x00], { layer: 2, bytes: 384, samples: 1_152, sampleRate: 48_000 }],
    ['layer I, which nobody records', [0xff, 0xff, 0x90, 0x00], undefined],
    ['a bit rate that is left open', [0xff, 0xfb, 0x00, 0x00], undefined],
    ['a bit rate that is forbidden', [0xff, 0xfb, 0xf0, 0x00], undefined],
    ['a sample rate that is forbidden', [0xff, 0xfb, 0x9c, 0x00], undefined],
    ['AAC', [0xff, 0xf1, 0x60, 0x40], undefined],
  ])('%s', (_, bytes, frame) => {
    const found = frameAt(viewOf(join(bytes)), 0);
    if (frame) expect(found).toMatchObject(frame);
    else expect(found).toBeUndefined();
  });
});

test('frames begin where four follow one another, not at bytes that look like one', () => {
  const lure = [0xff, 0xf3, 0x48, 0xc0, 1, 2, 3];
  expect(firstFrame(viewOf(join(lure, mp3(4))))).toBe(7);
  expect(firstFrame(viewOf(join(lure, new Uint8Array(500))))).toBe(-1);
  // Two are enough where the file ends behind them.
  expect(firstFrame(viewOf(mp3(2)))).toBe(0);
});

test('what lies between joined files is passed over, and counts are no sound', () => {
  const tag = join('ID3', [3, 0, 0, 0, 0, 0, 100], new Uint8Array(100).fill(0x41));
  const joined = viewOf(join(xing(10, 360), mp3(10), tag, xing(5, 180), mp3(5)));
  expect(walkFrames(joined, 0)).toEqual({
    frames: 17,
    seconds: expect.closeTo(15 * 0.036, 6),
    bytes: 15 * 36 + 2 * 288,
  });
});

test('the counts of an encoder', () => {
  expect(noteOf(viewOf(xing(600, 21_600)), 0)).toEqual({ frames: 600, bytes: 21_600 });
  expect(noteOf(viewOf(mp3(10)), 0)).toBeUndefined();
});
