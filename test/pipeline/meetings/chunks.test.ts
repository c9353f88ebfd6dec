import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastChunk, measureChunks } from '../../../pipeline/meetings/chunks.ts';

const day = '2026-11-28-09-';
const lastMs = 4_000;

describe('chunks of a capture', () => {
  test.each<[string, string[], { expectedMs: number; gapMs: number }]>([
    ['one', [`${day}00-00-000.mp4`], { expectedMs: 4_000, gapMs: 0 }],
    ['without a gap', [`${day}00-00-000.mp4`, `${day}00-05-000.mp4`], { expectedMs: 9_000, gapMs: 0 }],
    ['a little longer', [`${day}00-00-000.mp4`, `${day}00-05-250.mp4`], { expectedMs: 9_250, gapMs: 0 }],
    ['a chunk that is lacking', [`${day}00-00-000.mp4`, `${day}00-10-000.mp4`], { expectedMs: 9_250, gapMs: 4_750 }],
    ['unsorted', [`${day}00-05-000.mp4`, `${day}00-00-000.mp4`], { expectedMs: 9_000, gapMs: 0 }],
    ['twice', [`${day}00-00-000.mp4`, `x/${day}00-00-000.mp4`], { expectedMs: 4_000, gapMs: 0 }],
    // As text, 900 is behind 90.
    ['milliseconds without zeros', [`${day}00-00-900.mp4`, `${day}00-00-90.mp4`], { expectedMs: 4_810, gapMs: 0 }],
    ['microseconds', [`${day}00-00-000500.mp4`, `${day}00-02-123999.mp4`], { expectedMs: 6_123, gapMs: 0 }],
    [
      'over midnight and the year',
      ['2027-01-01-00-00-02-0.mp4', '2026-12-31-23-59-57-0.mp4'],
      { expectedMs: 9_000, gapMs: 0 },
    ],
    [
      'strangers among them',
      [
        `captures/m/audio/${day}00-00-000.mp4`,
        'captures/m/audio/',
        'captures/m/audio/4e4a1b9c-0000-4000-8000-0123456789ab.mp4',
        `captures/m/audio/${day}00-50-000.txt`,
        `captures/m/audio/${day}00-50.mp4`,
        `captures/m/audio/2${day}00-50-000.mp4`,
        'captures/m/audio/2026-02-31-09-00-00-000.mp4',
        'captures/m/audio/2026-13-01-09-00-00-000.mp4',
        'captures/m/audio/2026-11-28-24-00-00-000.mp4',
        'captures/m/audio/2026-11-28-09-60-00-000.mp4',
      ],
      { expectedMs: 4_000, gapMs: 0 },
    ],
  ])('%s', (_, names, expected) => expect(measureChunks(names, lastMs)).toEqual(expected));

  test.each([[[]], [['a.mp4', '2026-02-31-09-00-00-000.mp4']]])('none: %j', (names) => {
    expect(measureChunks(names, lastMs)).toBeUndefined();
    expect(lastChunk(names)).toBeUndefined();
  });

  test('the last one is the latest, whatever its name sorts like', () => {
    const names = [`captures/m/audio/${day}00-00-900.mp4`, `captures/m/audio/${day}00-01-5.mp4`, 'zz.mp4'];
    expect(lastChunk(names)).toBe(names[1]);
    expect(lastChunk([`${day}00-00-9.mp4`, `${day}00-00-10.mp4`])).toBe(`${day}00-00-10.mp4`);
  });

  test('what is in them and what is not is the whole time, in any order and however often a name comes', () => {
    const start = fc.integer({ min: 0, max: 200_000_000 });
    fc.assert(
      fc.property(fc.array(start, { minLength: 1 }), fc.nat(6_000), fc.nat(50), (starts, ms, turn) => {
        const first = Math.min(...starts);
        const nameOf = (at: number) => `${new Date(at).toISOString().slice(0, -1).replaceAll(/[T:.]/g, '-')}.mp4`;
        const names = starts.map(nameOf);
        const { expectedMs, gapMs } = measureChunks(names, ms) ?? { expectedMs: -1, gapMs: -1 };
        expect(expectedMs + gapMs).toBe(Math.max(...starts) + ms - first);
        expect(Math.min(expectedMs - ms, gapMs)).toBeGreaterThanOrEqual(0);
        expect(expectedMs - ms).toBeLessThanOrEqual(5_250 * (new Set(starts).size - 1));
        const turned = [...names.slice(turn), ...names, ...names.slice(0, turn)];
        expect(measureChunks(turned, ms)).toEqual({ expectedMs, gapMs });
      }),
    );
  });
});
