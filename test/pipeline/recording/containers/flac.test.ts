import { describe, expect, test } from 'vitest';
import { join } from '../../../../bench/media/layout.ts';
import { flacFrame, flacHead, longFlac } from '../../../../bench/media/soundFiles.ts';
import { silentRecording } from '../../../../local/cases/media.ts';
import { factsOf, secondsOf } from './inspected.ts';

const block = 4_096 / 16_000;
const frames = (count: number) => Array.from({ length: count }, (_, n) => flacFrame(n));
const file = (claim: number, count: number) => join(flacHead(claim), ...frames(count));

describe('the number of samples is a claim', () => {
  test.each<[string, Uint8Array, number, boolean]>([
    ['is right', file(4_096 * 40, 40), 40 * block, false],
    ['is 0: it went to a pipe', file(0, 40), 40 * block, false],
    ['is all ones', file(2 ** 36 - 1, 40), 40 * block, false],
    ['is a sample', file(1, 40), 40 * block, false],
    ['is more than there is', file(4_096 * 100, 40), 40 * block, true],
    [
      'is right, and a picture of 300 kB follows',
      join(file(4_096 * 40, 40), new Uint8Array(300_000)),
      40 * block,
      false,
    ],
  ])('it %s', async (_, bytes, seconds, truncated) => {
    const { audio, ...facts } = await factsOf(bytes);
    expect(Math.abs((audio?.durationMs ?? 0) / 1000 - seconds)).toBeLessThan(0.01);
    expect(facts.truncated).toBe(truncated);
  });

  test('of another program, whole and without its end', async () => {
    const whole = await silentRecording({ container: 'flac', channels: 2, durationMs: 20_000 });
    expect(await secondsOf(whole)).toBeCloseTo(20, 0);
    const { audio, truncated } = await factsOf(whole.slice(0, Math.floor(whole.length * 0.6)));
    expect((audio?.durationMs ?? 0) / 20_000).toBeCloseTo(0.6, 1);
    expect(truncated).toBe(true);
  });

  test('nothing but a header has the length that it says', async () => {
    expect(await secondsOf(flacHead(32_000))).toBe(2);
  });

  test('four hours take a few reads', async () => {
    expect(await secondsOf(longFlac(14_400))).toBeCloseTo(14_400, -1);
  });
});
