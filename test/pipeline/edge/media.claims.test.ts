import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type LongFile, join, layOut } from '../../../bench/media/layout.ts';
import { fragment, fragmentHead, longFragments, longMp4, mp4 } from '../../../bench/media/mp4Files.ts';
import { longAmr, longFlac, longMp3, longOgg, longWav, mp3, xing } from '../../../bench/media/soundFiles.ts';
import { longLiveWebm } from '../../../bench/media/webmFiles.ts';
import { type Container, silentRecording } from '../../../local/cases/media.ts';
import { probeMedia } from '../../../pipeline/edge/media.ts';
import { toAudio } from '../../../pipeline/recording/media.ts';

const mostReads = 24;
const mostBytes = 12 * 1024 ** 2;

/** Inspects a file and holds it to its limits: so many reads and bytes, no range outside, and a length near the truth. */
async function holds({ size, read }: LongFile, seconds: number, slack = 0.4): Promise<void> {
  const ranges: [number, number][] = [];
  const facts = await probeMedia(size, async (start, end) => {
    ranges.push([start, end]);
    return read(start, end);
  });
  expect(ranges.length).toBeLessThanOrEqual(mostReads);
  expect(ranges.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThanOrEqual(mostBytes);
  expect(ranges.every(([start, end]) => 0 <= start && start < end && end <= size)).toBe(true);
  const { durationMs } = toAudio(facts);
  expect(Math.abs(durationMs / 1000 - seconds)).toBeLessThanOrEqual(Math.max(slack, seconds / 5));
}

/** A number in a header: the text that it follows, how far behind its beginning, and its bytes. */
type Field = readonly [text: string, offset: number, bytes: number];

const mp4Headers: Field[] = [
  ['mvhd', 16, 4],
  ['mvhd', 20, 4],
  ['tkhd', 24, 4],
  ['mdhd', 16, 4],
  ['mdhd', 20, 4],
];
const fieldsOf: Readonly<Record<string, Field[]>> = {
  wav: [
    ['RIFF', 4, 4],
    ['fmt ', 16, 4],
    ['data', 4, 4],
  ],
  flac: [['fLaC', 22, 4]],
  mp3: [
    ['Xing', 8, 4],
    ['Xing', 12, 4],
  ],
  mp4: [...mp4Headers, ['mdat', -4, 4]],
  fragments: mp4Headers,
  webm: [
    ['\x18\x53\x80\x67', 5, 5],
    ['\x2a\xd7\xb1', 4, 3],
    ['\x44\x89', 3, 8],
    ['\x1f\x43\xb6\x75', 5, 4],
  ],
};

const number = (bytes: number) =>
  fc.oneof(
    fc.constantFrom(0, 1, 0x7f, 0x80, 0xff).map((byte) => Array<number>(bytes).fill(byte)),
    fc.constantFrom(0, 1, 2).map((last) => [...Array<number>(bytes - 1).fill(0), last]),
    fc.array(fc.nat(255), { minLength: bytes, maxLength: bytes }),
  );

/** Some of the fields, and what stands in them instead. */
const changes = (fields: readonly Field[]) =>
  fc
    .subarray([...fields], { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen.map((field) => fc.tuple(fc.constant(field), number(field[2])))));

function changed(file: Uint8Array, others: readonly (readonly [Field, readonly number[]])[]): LongFile {
  const copy = file.slice();
  for (const [[text, offset], bytes] of others) copy.set(bytes, placeOf(file, text) + offset);
  return layOut(copy);
}

const placeOf = (file: Uint8Array, text: string) => Buffer.from(file).indexOf(text, 0, 'latin1');

const lengths = [1, 40];

describe('whatever the numbers in its headers are, a good recording is taken, about as long as it is', () => {
  const files = new Map<string, Uint8Array>();

  beforeAll(async () => {
    for (const seconds of lengths) {
      for (const container of ['wav', 'flac', 'mp4', 'webm'] satisfies Container[]) {
        files.set(
          `${container} ${seconds}`,
          await silentRecording({ container, channels: 1, durationMs: seconds * 1000 }),
        );
      }
      const frames = Math.round(seconds / 0.036);
      files.set(`mp3 ${seconds}`, join(xing(frames, frames * 36), mp3(frames)));
      const parts = Array.from({ length: seconds }, (_, n) => fragment(n, { fragmentSamples: 47 }));
      files.set(`fragments ${seconds}`, join(fragmentHead(), ...parts));
    }
  });

  test.each(Object.keys(fieldsOf).flatMap((name) => lengths.map((seconds) => [name, seconds] as const)))(
    '%s of %i s',
    async (name, seconds) => {
      const file = files.get(`${name} ${seconds}`) ?? new Uint8Array();
      const fields = fieldsOf[name] ?? [];
      for (const [text] of fields) expect(placeOf(file, text)).toBeGreaterThanOrEqual(0);
      const check = (others: [Field, number[]][]) => holds(changed(file, others), seconds);
      await fc.assert(fc.asyncProperty(changes(fields), check), { numRuns: 25 });
    },
  );
});

describe('however long a recording is, few reads are enough', () => {
  const most = 14_390;

  test.each<[string, (seconds: number) => LongFile, number, number]>([
    ['wav', longWav, 1, most],
    ['flac', longFlac, 1, most],
    ['mp3', longMp3, 1, most],
    ['ogg', longOgg, 1, most],
    ['amr', longAmr, 1, most],
    ['mp4', longMp4, 1, 600],
    ['fragments', longFragments, 3, 6_000],
    ['live webm', longLiveWebm, 5, 6_000],
  ])('%s', async (_, make, from, to) => {
    const seconds = fc.integer({ min: from, max: to });
    // They are made of whole units, of up to 3.2 s, and of pages of zeros.
    const check = (length: number) => holds(make(length), length, 3.2);
    await fc.assert(fc.asyncProperty(seconds, check), { numRuns: 8 });
  });

  test('no file leads on for ever', async () => {
    const anything = fc.tuple(
      fc.constantFrom('mp4', 'webm', 'ogg', 'flac', 'mp3', 'wav', 'amr'),
      fc.infiniteStream(fc.nat(255)),
    );
    const heads: Readonly<Record<string, Uint8Array>> = {
      mp4: mp4([{ samples: 5, sampleTicks: 1, timescale: 1 }]).subarray(0, 40),
      webm: join([0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84], 'webm', [0x18, 0x53, 0x80, 0x67, 0xff]),
      ogg: join('OggS', [0, 2]),
      flac: join('fLaC', [0, 0, 0, 34]),
      mp3: join('ID3', [4, 0, 0, 0, 0, 0, 9]),
      wav: join('RIFF', [0, 0, 0, 0], 'WAVE'),
      amr: join('#!AMR\n'),
    };
    await fc.assert(
      fc.asyncProperty(anything, async ([name, stream]) => {
        const page = Uint8Array.from({ length: 4_096 }, () => Number(stream.next().value));
        const { size, read } = layOut(heads[name] ?? page, { count: 200_000, bytes: page.length, make: () => page });
        let [reads, bytes] = [0, 0];
        const counted = async (start: number, end: number) => {
          reads += 1;
          bytes += end - start;
          return read(start, end);
        };
        await probeMedia(size, counted).catch((error: unknown) =>
          expect(error).toMatchObject({ name: 'UnsupportedMedia' }),
        );
        expect(reads).toBeLessThanOrEqual(64);
        expect(bytes).toBeLessThanOrEqual(64 * 1024 ** 2);
      }),
      { numRuns: 15 },
    );
  });
});
