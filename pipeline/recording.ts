import type { RegionAbilities } from './config.ts';
import { sha256 } from './digest.ts';
import { PipelineError } from './errors.ts';

/** One version of an object in the recordings bucket. */
export interface RecordingObject {
  bucket: string;
  key: string;
  versionId?: string;
  etag: string;
  /** Bytes. */
  size: number;
}

/**
 * The recording's identity: execution name, job name, S3 folder, database key and audit reference. The same object
 * version gives the same id however often it is uploaded, notified or redelivered.
 */
export async function toRecordingId(object: Omit<RecordingObject, 'size'>): Promise<string> {
  const digest = await sha256(`${object.bucket}\n${object.key}\n${object.versionId ?? object.etag}`);
  return `rec-${digest.slice(0, 32)}`;
}

/** Where everything that belongs to a recording is kept. */
export const keys = {
  job: (recordingId: string) => `jobs/${recordingId}.json`,
  transcript: (recordingId: string) => `transcripts/${recordingId}/transcript.json`,
  captions: (recordingId: string) => `transcripts/${recordingId}/transcript.vtt`,
  answer: (recordingId: string, operation: string, n: number) => `answers/${recordingId}/${operation}-${n}.json`,
  partOfAnswer: (recordingId: string, operation: string, n: number, begin: number, end: number) =>
    `answers/${recordingId}/${operation}-${n}/${begin}-${end}.json`,
  entities: (recordingId: string) => `results/${recordingId}/entities.json`,
  consultation: (recordingId: string) => `results/${recordingId}/consultation.json`,
};

/** The media's address as a job is given it and as it answers it. */
export function mediaUri({ bucket, key }: Pick<RecordingObject, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}

/** The recording whose job wrote this key, or undefined when the key is not a job's output. */
export function recordingOfJobKey(key: string): string | undefined {
  return /^jobs\/(rec-[0-9a-f]{32}(?:-r\d+)?)\.json$/.exec(key)?.[1];
}

/** What an object's key says about it. */
export type KeyKind =
  | { kind: 'recording'; meetingId: string; source: 'chime' | 'upload' }
  | { kind: 'other'; meetingId: string | undefined; what: 'capture chunk' | 'meeting artifact' | 'unknown place' };

const captureChunk = /^\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}-\d{1,6}\.mp4$/;

/**
 * Tells a consultation's recording from everything else that Chime writes. Raw capture chunks and joined files are both
 * `.mp4` under `audio/`: a chunk is named by its UTC start time, a joined file by its pipeline's id.
 */
export function classifyKey(key: string): KeyKind {
  const [root, meetingId, ...rest] = key.split('/');
  const fileName = rest.at(-1) ?? '';
  if (root === 'captures') return { kind: 'other', meetingId, what: 'capture chunk' };
  if (root !== 'recordings' || !meetingId || !fileName) return { kind: 'other', meetingId, what: 'unknown place' };
  if (captureChunk.test(fileName)) return { kind: 'other', meetingId, what: 'capture chunk' };
  if (rest.length === 2 && rest[0] === 'audio' && fileName.endsWith('.mp4')) {
    return { kind: 'recording', meetingId, source: 'chime' };
  }
  if (rest.length === 1 && /[^.]\.[^.]+$/.test(fileName)) return { kind: 'recording', meetingId, source: 'upload' };
  return { kind: 'other', meetingId, what: rest.length > 1 ? 'meeting artifact' : 'unknown place' };
}

/** Where Chime puts what else it knows of a joined recording; undefined for a recording of another client. */
export function meetingEventsKey(key: string): string | undefined {
  if (classifyKey(key).kind !== 'recording' || !key.includes('/audio/')) return undefined;
  return key.replace('/audio/', '/meeting-events/').replace(/\.mp4$/, '.txt');
}

/** What the container says of the media. Read from the file itself, never guessed from its name. */
export interface MediaFacts {
  /** As Transcribe names it, or undefined when it is a container that Transcribe does not take. */
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
 * Refuses by size what Transcribe would refuse, before a byte is read.
 * @throws PipelineError RecordingEmpty, RecordingTooLarge
 */
export function checkSize(size: number): void {
  if (size === 0) throw new PipelineError('RecordingEmpty', 'the recording has 0 bytes');
  if (size > maxBytes) {
    throw new PipelineError('RecordingTooLarge', `the recording has ${size} bytes; Transcribe takes ${maxBytes}`);
  }
}

/**
 * Refuses by content what Transcribe would refuse, before a cent is spent. Limits: Transcribe guidelines, "media".
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

export type EngineName = 'transcribe-medical' | 'transcribe';

/** How a recording will be transcribed, and whether its text may then be coded. */
export interface Route {
  engine: EngineName;
  language: string;
  /** Who is speaking is told by channel, or by voice on one track. */
  speakersBy: 'channel' | 'voice';
  coded: boolean;
}

const medicalSampleRate = 16_000;

/**
 * Chooses the engine. Transcribe Medical reads US English at 16 kHz or more, in some regions; everything else goes to
 * standard Transcribe. Comprehend Medical reads any English. A Chime recording is one mix of all attendees even when it
 * is stored as stereo, so only other clients' two-channel files are told apart by channel.
 */
export function toRoute(language: string, audio: Audio, source: 'chime' | 'upload', abilities: RegionAbilities): Route {
  const medical = language === 'en-US' && audio.sampleRate >= medicalSampleRate && abilities.transcribeMedical;
  return {
    engine: medical ? 'transcribe-medical' : 'transcribe',
    language,
    speakersBy: source === 'upload' && audio.channels === 2 ? 'channel' : 'voice',
    coded: language.startsWith('en-') && abilities.comprehendMedical,
  };
}

/** Where a bare language goes when the session does not say which variant is spoken. */
const defaultVariant: Readonly<Record<string, string>> = {
  af: 'af-ZA',
  de: 'de-DE',
  en: 'en-US',
  es: 'es-ES',
  fr: 'fr-FR',
  it: 'it-IT',
  nl: 'nl-NL',
  pt: 'pt-PT',
  zu: 'zu-ZA',
};

/**
 * The session's language as Transcribe writes it: `en_us` and `EN-US` are `en-US`, a bare `es` is `es-ES`, none is `en-US`.
 * @throws PipelineError TranscriptionFailed for what is no language code
 */
export function toLanguage(text: string | null): string {
  if (!text) return 'en-US';
  const [language = '', variant] = text.trim().replace('_', '-').split('-');
  const code = variant ? `${language.toLowerCase()}-${variant.toUpperCase()}` : defaultVariant[language.toLowerCase()];
  if (!code || !/^[a-z]{2,3}-[A-Z]{2}$/.test(code)) {
    throw new PipelineError('TranscriptionFailed', 'transcription_language is no language code such as en-US');
  }
  return code;
}
