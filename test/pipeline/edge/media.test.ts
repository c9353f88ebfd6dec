import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AudioCodec,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
} from 'mediabunny';
import { describe, expect, test } from 'vitest';
import { type Container, silentRecording } from '../../../local/cases/media.ts';
import { aacFrames, opusFrames, type SilentFrames } from '../../../local/cases/silence.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import { probeMedia } from '../../../pipeline/edge/media.ts';
import { checkSize, type MediaFacts, toAudio } from '../../../pipeline/recording/media.ts';

/** Probes bytes that are all there, and counts how they were read. */
async function probe(bytes: Uint8Array): Promise<{ facts: MediaFacts | undefined; reads: [number, number][] }> {
  const reads: [number, number][] = [];
  const facts = await probeMedia(bytes.length, async (start, end) => {
    reads.push([start, end]);
    return bytes.slice(start, end);
  });
  return { facts, reads };
}

const verdictOf = async (bytes: Uint8Array) => toAudio((await probe(bytes)).facts);

const recordingOf = (container: Container, channels: 1 | 2 = 1, durationMs = 5_000) =>
  silentRecording({ container, channels, durationMs });

/** A second of silence in a container that the cases do not make. */
async function inContainer(format: OutputFormat, codec: AudioCodec, frames: SilentFrames): Promise<Uint8Array> {
  const { frame, samples, decoderConfig } = frames;
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  const seconds = samples / decoderConfig.sampleRate;
  for (let n = 0; n * seconds < 1; n += 1) {
    await source.add(new EncodedPacket(frame, 'key', n * seconds, seconds), { decoderConfig });
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

/** An MP4 with its index in front, as it is made for the web. */
const indexFirst = () => inContainer(new Mp4OutputFormat({ fastStart: 'in-memory' }), 'aac', aacFrames(1, 16_000));

describe('a container that Transcribe takes', () => {
  test.each<[Container, object]>([
    ['wav', { format: 'wav', audio: { sampleRate: 16_000 } }],
    ['flac', { format: 'flac', audio: { codec: 'flac', sampleRate: 16_000 } }],
    ['mp3', { format: 'mp3', audio: { codec: 'mp3', sampleRate: 16_000 } }],
    ['mp4', { format: 'mp4', audio: { codec: 'aac', sampleRate: 16_000 } }],
    ['m4a', { format: 'mp4', audio: { codec: 'aac', sampleRate: 16_000 } }],
    ['webm', { format: 'webm', audio: { codec: 'opus', sampleRate: 48_000 } }],
    ['ogg', { format: 'ogg', audio: { codec: 'opus', sampleRate: 48_000 } }],
  ])('%s is known by its content, with one channel or two', async (container, expected) => {
    for (const channels of [1, 2] as const) {
      const { facts } = await probe(await recordingOf(container, channels));
      expect(facts).toMatchObject(expected);
      expect(facts?.audio?.channels).toBe(channels);
      // Codecs pack whole frames and may count the time that their decoders need.
      expect(Math.abs((facts?.audio?.durationMs ?? 0) - 5_000)).toBeLessThanOrEqual(300);
      expect(toAudio(facts)).toMatchObject({ channels });
    }
  });

  test('an mp4 with its index in front is read too', async () => {
    expect((await probe(await indexFirst())).facts).toMatchObject({ format: 'mp4', audio: { codec: 'aac' } });
  });

  test('wav lasts as long as its samples, to the millisecond', async () => {
    const { facts } = await probe(await recordingOf('wav', 2, 1_234));
    expect(facts?.audio).toEqual({ codec: 'pcm-s16', channels: 2, sampleRate: 16_000, durationMs: 1_234 });
  });

  test.each<Container>(['wav', 'mp4', 'webm'])(
    '%s of many megabytes is read by a few ranges, none of them twice',
    async (container) => {
      const durationMs = container === 'wav' ? 300_000 : 7_200_000;
      const bytes = await recordingOf(container, 2, durationMs);
      const { facts, reads } = await probe(bytes);
      expect(facts?.audio?.durationMs).toBeGreaterThanOrEqual(durationMs);
      expect(reads.length).toBeLessThanOrEqual(4);
      expect(new Set(reads.map(([start]) => start)).size).toBe(reads.length);
      for (const [start, end] of reads) expect(end > start && end <= bytes.length).toBe(true);
    },
  );
});

describe('refused', () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['text', () => new TextEncoder().encode('This is no recording. '.repeat(200))],
    ['noise', () => Uint8Array.from({ length: 60_000 }, (_, n) => (n * 7919 + (n >> 3) * 31) & 0xff)],
    ['an mp4 whose end is missing', async () => cut(await recordingOf('mp4'), 0.6)],
    ['an mp4 with its index in front whose end is missing', async () => cut(await indexFirst(), 0.95)],
    ['the head of an mp4', async () => (await recordingOf('mp4')).slice(0, 40)],
    ['a QuickTime movie', () => inContainer(new MovOutputFormat(), 'opus', opusFrames(1))],
    ['a Matroska file', () => inContainer(new MkvOutputFormat(), 'opus', opusFrames(1))],
  ])('%s is UnsupportedMedia', async (_, make) => {
    await expect(verdictOf(await make())).rejects.toMatchObject({ name: 'UnsupportedMedia' });
  });

  test('a store that fails is not a bad recording', async () => {
    const busy = new PipelineError('ServiceUnavailable', 'S3 answered 503');
    await expect(probeMedia(1_000, () => Promise.reject(busy))).rejects.toBe(busy);
  });

  test('nor is one that fails in the middle', async () => {
    const bytes = await recordingOf('mp4', 2, 7_200_000);
    const busy = new PipelineError('Throttled', 'S3 answered SlowDown');
    const read = (start: number, end: number) =>
      start > 0 ? Promise.reject(busy) : Promise.resolve(bytes.slice(start, end));
    await expect(probeMedia(bytes.length, read)).rejects.toBe(busy);
  });
});

function cut(bytes: Uint8Array, share: number): Uint8Array {
  return bytes.slice(0, Math.floor(bytes.length * share));
}

/** Recordings of other programs, where they lie beside the repository. */
const corpus = join(import.meta.dirname, '../../../../shared/corpus/audio');

interface Listed {
  file: string;
  verdict: 'ok' | 'reject' | 'check';
  ffprobe?: {
    durationSec?: string;
    streams?: { codec_type: string; channels?: number; sample_rate?: string }[];
  } | null;
}

describe.runIf(existsSync(corpus))('recordings of other programs', () => {
  const files = existsSync(corpus)
    ? (JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { files: Listed[] }).files
    : [];
  const verdictOfFile = async (file: string) => {
    const bytes = readFileSync(join(corpus, file));
    checkSize(bytes.length);
    return verdictOf(bytes);
  };

  test.each(files.filter(({ verdict }) => verdict === 'ok'))(
    '$file is taken, with the facts that ffprobe gives',
    async ({ file, ffprobe }) => {
      const audio = await verdictOfFile(file);
      const stream = ffprobe?.streams?.find(({ codec_type }) => codec_type === 'audio');
      expect(audio).toMatchObject({ channels: stream?.channels, sampleRate: Number(stream?.sample_rate) });
      // The sound may end before the picture does, never after.
      const missingMs = Number(ffprobe?.durationSec) * 1000 - audio.durationMs;
      expect(missingMs).toBeGreaterThanOrEqual(-150);
      expect(missingMs).toBeLessThanOrEqual(ffprobe?.streams?.length === 1 ? 150 : 2_000);
    },
  );

  test.each(files.filter(({ verdict }) => verdict === 'reject'))('$file is refused', async ({ file }) => {
    const name = file === 'zero.mp4' ? 'RecordingEmpty' : 'UnsupportedMedia';
    await expect(verdictOfFile(file)).rejects.toMatchObject({ name });
  });

  test('an MP3 named .wav is an MP3, and five seconds of silence are a recording', async () => {
    expect(await verdictOfFile('mp3-named-wav.wav')).toMatchObject({ format: 'mp3' });
    expect(await verdictOfFile('silence-5s.wav')).toMatchObject({ durationMs: 5_000 });
    await expect(verdictOfFile('short-300ms.wav')).rejects.toMatchObject({ name: 'RecordingEmpty' });
  });
});
