import { silentWav } from '../../../../local/cases/pcm.ts';

/** A WAV file of silence: 16 bit PCM. */
export function wav({ seconds = 2, sampleRate = 16_000, channels = 1 } = {}): Uint8Array {
  return silentWav(seconds * 1000, channels, sampleRate);
}
