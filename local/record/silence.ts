import { BufferTarget, EncodedAudioPacketSource, EncodedPacket, Mp4OutputFormat, Output } from 'mediabunny';
import { aacFrames } from '../cases/silence.ts';

/**
 * A silent mp4 that is exactly as long as asked: its last frame is declared shorter than it is. A transcript says how
 * long its recording was, so a stand-in rounded to whole frames would not give the same bytes.
 */
export async function exactSilence(durationMs: number, channels: 1 | 2, sampleRate: number): Promise<Uint8Array> {
  const { frame, samples, decoderConfig } = aacFrames(channels, sampleRate);
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new EncodedAudioPacketSource('aac');
  output.addAudioTrack(source);
  await output.start();
  const frameSeconds = samples / sampleRate;
  const seconds = durationMs / 1000;
  for (let index = 0; index * frameSeconds < seconds; index++) {
    const begin = index * frameSeconds;
    const packet = new EncodedPacket(frame, 'key', begin, Math.min(frameSeconds, seconds - begin));
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}
