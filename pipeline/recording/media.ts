import { PipelineError } from '../errors.ts';
import type { Contents, MediaFormat, Track } from './containers/contents.ts';

/** The facts about the media that its bytes give. They are read from the file, never guessed from its name. */
export interface MediaFacts {
  /** The container's name for people. */
  container: string;
  /** Transcribe's name for the container, or undefined when Transcribe does not take it. */
  format: MediaFormat | undefined;
  /** The track that counts; undefined when there is no audio track. */
  audio: { codec: string; channels: number; sampleRate: number; durationMs: number } | undefined;
  audioTracks: number;
  /** The file ends before the recording does: what is there is transcribed. */
  truncated: boolean;
}

export type Audio = { format: MediaFormat; channels: number; sampleRate: number; durationMs: number };

const maxBytes = 2 * 1024 ** 3;
export const maxDurationMs = 4 * 3_600_000;
const minDurationMs = 500;
const minSampleRate = 8_000;
const maxSampleRate = 48_000;
/** Silence takes less than this in every codec, and speech more: the lowest rate of AMR is 600 bytes. */
const silentBytesPerSecond = 500;

/** Those of phones, browsers, telephone systems and dictation machines. Transcribe documents containers, not codecs. */
const codecs = new Set(
  'aac ac-3 adpcm-ima adpcm-ms adpcm-yamaha alac alaw amr-nb amr-wb ec-3 flac g722 g726 gsm mp2 mp3 opus speex ulaw vorbis'.split(
    ' ',
  ),
);
const isKnown = (codec: string) => codecs.has(codec) || codec.startsWith('pcm');

/** What to upload instead of something that is refused. */
const instead = 'convert it to MP4, M4A, WebM, Ogg, WAV, FLAC, MP3 or AMR';

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

/** The longest track counts, but one that is silent, by its size, only when all are. */
export function toFacts({ container, format, tracks, truncated }: Contents): MediaFacts {
  const isSilent = ({ bytesPerSecond = silentBytesPerSecond }: Track) => bytesPerSecond < silentBytesPerSecond;
  const loud = tracks.filter((track) => !isSilent(track));
  const counted = loud.length > 0 ? loud : tracks;
  const [longest] = counted.toSorted((a, b) => b.seconds - a.seconds);
  const audio = longest && {
    codec: longest.codec,
    channels: longest.channels,
    sampleRate: longest.sampleRate,
    durationMs: toDuration(longest),
  };
  return { container, format, audio, audioTracks: tracks.length, truncated };
}

/** An estimate that is a little above the limit does not refuse a recording: the service measures it exactly. */
function toDuration({ seconds, isEstimate = false }: Track): number {
  const durationMs = Number.isFinite(seconds) ? Math.round(seconds * 1000) : 0;
  return isEstimate && durationMs <= maxDurationMs * 1.2 ? Math.min(durationMs, maxDurationMs) : durationMs;
}

/**
 * Refuses media that Transcribe would refuse, before a cent is spent. Limits: Transcribe guidelines, "media".
 * @throws PipelineError UnsupportedMedia, RecordingEmpty, RecordingTooLong
 */
export function toAudio(facts: MediaFacts | undefined): Audio {
  if (!facts) throw unsupported('the file is no media container that can be read', 'upload the recording itself');
  const { container, format, audio } = facts;
  if (!format) throw unsupported(`Transcribe does not take ${container}`, instead);
  if (!audio) throw unsupported(`the ${container} file has no audio track`, 'upload a recording with sound');
  const { codec, channels, sampleRate, durationMs } = audio;
  if (!isKnown(codec)) throw unsupported(`the ${container} file has audio of an unknown codec, ${codec}`, instead);
  if (channels < 1 || channels > 2) throw unsupported(`${channels} channels; Transcribe takes 1 or 2`, 'mix it down');
  if (sampleRate < minSampleRate || sampleRate > maxSampleRate) {
    throw unsupported(`${sampleRate} Hz; Transcribe takes 8,000 to 48,000`, 'resample it');
  }
  if (durationMs < minDurationMs) {
    throw new PipelineError('RecordingEmpty', `${durationMs} ms of audio; Transcribe needs ${minDurationMs} ms`);
  }
  if (durationMs > maxDurationMs) {
    throw new PipelineError('RecordingTooLong', `${durationMs} ms of audio; Transcribe takes ${maxDurationMs} ms`);
  }
  return { format, channels, sampleRate, durationMs };
}

function unsupported(what: string, todo: string): PipelineError {
  return new PipelineError('UnsupportedMedia', `${what}: ${todo}`);
}
