import { PipelineError } from '../errors.ts';

/** The facts about the media that its container gives. They are read from the file, never guessed from its name. */
export interface MediaFacts {
  /** Transcribe's name for the container, or undefined when Transcribe does not take it. */
  format: MediaFormat | undefined;
  /** Undefined when there is no audio track. */
  audio: { codec: string | undefined; channels: number; sampleRate: number; durationMs: number } | undefined;
}

export type MediaFormat = 'flac' | 'm4a' | 'mp3' | 'mp4' | 'ogg' | 'wav' | 'webm';

export type Audio = { format: MediaFormat; channels: number; sampleRate: number; durationMs: number };

const maxBytes = 2 * 1024 ** 3;
export const maxDurationMs = 4 * 3_600_000;
const minDurationMs = 500;
const minSampleRate = 8_000;
const maxSampleRate = 48_000;

/**
 * Refuses a size that Transcribe would refuse, before a byte is read.
 * @throws PipelineError RecordingEmpty, RecordingTooLarge
 */
export function checkSize(size: number): void {
  if (size === 0) throw new PipelineError('RecordingEmpty', 'the recording has 0 bytes');
  if (size > maxBytes) {
    throw new PipelineError('RecordingTooLarge', `the recording has ${size} bytes; Transcribe takes ${maxBytes}`);
  }
}

/**
 * Refuses media that Transcribe would refuse, before a cent is spent. Limits: Transcribe guidelines, "media".
 * @throws PipelineError UnsupportedMedia, RecordingEmpty, RecordingTooLong
 */
export function toAudio(facts: MediaFacts | undefined): Audio {
  if (!facts) throw new PipelineError('UnsupportedMedia', 'the file is no media container that can be read');
  const { format, audio } = facts;
  if (!format) throw new PipelineError('UnsupportedMedia', 'Transcribe does not take this container');
  if (!audio) throw new PipelineError('UnsupportedMedia', `the ${format} file has no audio track`);
  if (!audio.codec) throw new PipelineError('UnsupportedMedia', `the ${format} file has audio of an unknown codec`);
  if (audio.channels > 2) {
    throw new PipelineError('UnsupportedMedia', `${audio.channels} channels; Transcribe takes 1 or 2`);
  }
  if (audio.sampleRate < minSampleRate || audio.sampleRate > maxSampleRate) {
    throw new PipelineError('UnsupportedMedia', `${audio.sampleRate} Hz; Transcribe takes 8,000 to 48,000`);
  }
  if (audio.durationMs < minDurationMs) {
    throw new PipelineError('RecordingEmpty', `${audio.durationMs} ms of audio; Transcribe needs ${minDurationMs}`);
  }
  if (audio.durationMs > maxDurationMs) {
    throw new PipelineError('RecordingTooLong', `${audio.durationMs} ms of audio; Transcribe takes ${maxDurationMs}`);
  }
  return { format, channels: audio.channels, sampleRate: audio.sampleRate, durationMs: audio.durationMs };
}
