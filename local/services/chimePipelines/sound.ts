import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';

/** Mono AAC, each frame of which is 1,024 samples. */
export interface Sound {
  /** Hertz. */
  sampleRate: number;
  frames: readonly Uint8Array[];
}

/** What a decoder needs, and one frame in which nothing is heard. */
export interface Silence {
  frame: Uint8Array;
  decoderConfig: { codec: string; numberOfChannels: number; sampleRate: number; description?: Uint8Array };
}

/** The silence of a sample rate. */
export type SilenceOf = (sampleRate: number) => Silence;

const samples = 1024;

/** Seconds. */
export function lengthOf({ sampleRate, frames }: Sound): number {
  return frames.length * secondsPerFrame(sampleRate);
}

export function secondsPerFrame(sampleRate: number): number {
  return samples / sampleRate;
}

export async function toMp4({ sampleRate, frames }: Sound, silenceOf: SilenceOf): Promise<Uint8Array> {
  const { decoderConfig } = silenceOf(sampleRate);
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new EncodedAudioPacketSource('aac');
  output.addAudioTrack(source);
  await output.start();
  const seconds = secondsPerFrame(sampleRate);
  for (const [at, frame] of frames.entries()) {
    await source.add(new EncodedPacket(frame, 'key', at * seconds, seconds), { decoderConfig });
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

/** @throws Error for anything but an MP4 with mono AAC: the stand-in has no codec */
export async function readMp4(bytes: Uint8Array): Promise<Sound> {
  using input = new Input({ formats: [MP4], source: new BufferSource(bytes) });
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('an MP4 without audio cannot be captured');
  const config = await track.getDecoderConfig();
  const { codec = 'no codec', numberOfChannels, sampleRate = 0 } = config ?? {};
  if (codec !== 'mp4a.40.2' || numberOfChannels !== 1) {
    throw new Error(
      `${codec} with ${numberOfChannels} channels cannot be captured: it must be AAC-LC (mp4a.40.2), mono`,
    );
  }
  const frames: Uint8Array[] = [];
  for await (const { data } of new EncodedPacketSink(track).packets()) frames.push(data);
  return { sampleRate, frames };
}
