import { describe, expect, test } from 'vitest';
import { join, layOut, little } from '../../../../bench/media/layout.ts';
import { longOgg, oggPage, opusHead } from '../../../../bench/media/soundFiles.ts';
import { silentRecording } from '../../../../local/cases/media.ts';
import { factsOf, secondsOf } from './inspected.ts';

const body = new Uint8Array(300);
/** A second of sound a page. */
const pages = (serial: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => oggPage(serial, (from + n + 1) * 48_000, 0, body));
const file = (serial: number, seconds: number) => join(opusHead(serial), ...pages(serial, 0, seconds));

describe('the last page says how long it is', () => {
  test.each<[string, Uint8Array, number]>([
    ['whole', file(1, 20), 20],
    ['without its end', file(1, 20).slice(0, -500), 18],
    ['recorded from the middle of a broadcast', join(opusHead(1), ...pages(1, 5_000, 5_021)), 20],
    [
      'a page at the end on which no packet ends',
      join(file(1, 20), oggPage(1, 2 ** 64, 0, body).fill(0xff, 6, 14)),
      20,
    ],
    ['two files joined', join(file(1, 20), file(2, 10)), 30],
    ['two files of the same number joined', join(file(1, 20), file(1, 10)), 30],
    ['rubbish between them', join(file(1, 20), new Uint8Array(4_000).fill(0x4f), file(1, 10)), 30],
  ])('%s', async (_, bytes, seconds) => {
    expect(await secondsOf(bytes)).toBe(seconds);
  });
});

describe('a codec', () => {
  test.each<[string, Uint8Array, object]>([
    [
      'Vorbis',
      join('\x01vorbis', little(0), [2], little(44_100), new Uint8Array(20)),
      { channels: 2, sampleRate: 44_100 },
    ],
    [
      'Speex',
      join('Speex   ', new Uint8Array(28), little(16_000), little(4), little(4), little(1), new Uint8Array(20)),
      { channels: 1, sampleRate: 16_000 },
    ],
    [
      'FLAC',
      join('\x7fFLAC', new Uint8Array(22), [0x03, 0xe8, 0x02, 0xf0], new Uint8Array(20)),
      { channels: 2, sampleRate: 16_000 },
    ],
  ])('%s', async (name, head, facts) => {
    const audio = { codec: name.toLowerCase(), ...facts };
    const { sampleRate } = facts as { sampleRate: number };
    const bytes = join(
      oggPage(5, 0, 2, head),
      oggPage(5, sampleRate * 4, 0, body),
      oggPage(5, sampleRate * 9, 0, body),
    );
    expect(await factsOf(bytes)).toMatchObject({ format: 'ogg', audio: { ...audio, durationMs: 9_000 } });
  });

  test('pictures beside the sound are no track of it', async () => {
    const bytes = join(oggPage(9, 0, 2, join('\x80theora', new Uint8Array(40))), file(1, 8), oggPage(9, 77, 0, body));
    expect(await factsOf(bytes)).toMatchObject({ audioTracks: 1, audio: { codec: 'opus', durationMs: 7_994 } });
  });

  test('of another program', async () => {
    const bytes = await silentRecording({ container: 'ogg', channels: 2, durationMs: 9_000 });
    expect(await factsOf(bytes)).toMatchObject({ audio: { codec: 'opus', channels: 2, sampleRate: 48_000 } });
    expect(await secondsOf(bytes)).toBe(9);
  });
});

describe('a file too large to walk over', () => {
  const seconds = 20_000;
  const long = (serial: number, count = seconds) =>
    [
      opusHead(serial),
      { count, bytes: pages(serial, 0, 1)[0]!.length, make: (n: number) => pages(serial, n, n + 1)[0]! },
    ] as const;

  test('has the length of its last page', async () => {
    expect(await secondsOf(longOgg(10_000))).toBe(10_000);
  });

  test.each([1, 2])('that is two files joined, the second of number %i, is as long as both', async (second) => {
    const joined = layOut(...long(1), ...long(second, seconds / 2));
    expect(Math.abs((await secondsOf(joined)) / (seconds * 1.5) - 1)).toBeLessThan(0.02);
  });
});
