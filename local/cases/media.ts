import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import type { AudioCodec, OutputFormat } from 'mediabunny';
import { silentFlac, silentWav } from './pcm.ts';
import { aacFrames, mp3Frames, opusFrames } from './silence.ts';
import type { SilentFrames } from './silence.ts';

export const containers = ['mp4', 'm4a', 'webm', 'ogg', 'wav', 'flac', 'mp3'] as const;
export type Container = (typeof containers)[number];

export interface SilentRecording {
  /** Rounded up to whole frames of the codec, at most a quarter of a second; exact for wav. */
  durationMs: number;
  channels: 1 | 2;
  container: Container;
  /**
   * Hertz. By default 16,000, the lowest that Transcribe Medical accepts; webm and ogg carry Opus, always at 48,000.
   */
  sampleRate?: number;
}

/**
 * A valid recording in which nobody speaks, made without an encoder: ten minutes of mono mp4 are 80 kB. The bytes are
 * the same each time, except for the random stream number in ogg.
 * @throws RangeError for a sample rate that the codec does not have.
 */
export async function silentRecording(recording: SilentRecording): Promise<Uint8Array> {
  const { durationMs, channels, container, sampleRate = 16_000 } = recording;
  if (container === 'wav') return silentWav(durationMs, channels, sampleRate);
  if (container === 'flac') return silentFlac(durationMs, channels, sampleRate);
  if (container === 'mp3') return mux(new Mp3OutputFormat(), 'mp3', mp3Frames(channels, sampleRate), durationMs);
  if (container === 'webm') return mux(new WebMOutputFormat(), 'opus', opusFrames(channels), durationMs);
  if (container === 'ogg') return mux(new OggOutputFormat(), 'opus', opusFrames(channels), durationMs);
  return mux(new Mp4OutputFormat(), 'aac', aacFrames(channels, sampleRate), durationMs);
}

async function mux(
  format: OutputFormat,
  codec: AudioCodec,
  { frame, samples, decoderConfig }: SilentFrames,
  durationMs: number,
): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  const frameSeconds = samples / decoderConfig.sampleRate;
  const count = Math.ceil(durationMs / 1000 / frameSeconds);
  for (let index = 0; index < count; index++) {
    await source.add(new EncodedPacket(frame, 'key', index * frameSeconds, frameSeconds), { decoderConfig });
  }
  await output.finalize();
  return withoutDates(Buffer.from(target.buffer ?? new ArrayBuffer(0)));
}

/** Clears the creation and modification times of an mp4, so that the same recording gives the same bytes. */
function withoutDates(file: Buffer): Uint8Array {
  for (const box of ['mvhd', 'tkhd', 'mdhd']) {
    const at = file.indexOf(box);
    // Four bytes of box type, four of version and flags, then two times of four bytes each.
    if (at !== -1) file.fill(0, at + 8, at + 16);
  }
  return new Uint8Array(file.buffer, file.byteOffset, file.length);
}
