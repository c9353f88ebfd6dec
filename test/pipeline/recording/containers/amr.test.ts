import { describe, expect, test } from 'vitest';
import { join } from '../../../../bench/media/layout.ts';
import { amrFrame, longAmr } from '../../../../bench/media/soundFiles.ts';
import { factsOf, secondsOf } from './inspected.ts';

const frames = (count: number, isWide = false) => Array<Uint8Array>(count).fill(amrFrame(isWide));
const silence = [0x44, 1, 2, 3, 4, 5];
const noData = [0x7c];

describe('AMR', () => {
  test.each<[string, Uint8Array, object, number]>([
    ['of 12.2 kbit/s', join('#!AMR\n', ...frames(600)), { codec: 'amr-nb', sampleRate: 8_000, channels: 1 }, 12],
    ['of wide band', join('#!AMR-WB\n', ...frames(600, true)), { codec: 'amr-wb', sampleRate: 16_000 }, 12],
    [
      'with pauses',
      join('#!AMR\n', ...frames(100), ...Array.from({ length: 50 }, () => [...silence, ...noData]), ...frames(100)),
      { codec: 'amr-nb' },
      6,
    ],
    ['that ends within a frame', join('#!AMR\n', ...frames(100), [0x3c, 0x55]), { codec: 'amr-nb' }, 2],
    ['with rubbish behind it', join('#!AMR\n', ...frames(100), new Uint8Array(500).fill(0xff)), { codec: 'amr-nb' }, 2],
  ])('%s', async (_, file, audio, seconds) => {
    const facts = await factsOf(file);
    expect(facts).toMatchObject({ format: 'amr', audio, truncated: false });
    expect(facts.audio?.durationMs).toBe(seconds * 1000);
  });

  test('without a frame is of no length', async () => {
    expect(await secondsOf(join('#!AMR\n then frames'))).toBe(0);
  });

  test.each([7_200, 14_400])('of %i s is measured by samples', async (seconds) => {
    expect(Math.abs((await secondsOf(longAmr(seconds))) / seconds - 1)).toBeLessThan(0.01);
  });
});
