import { sha256 } from '../digest.ts';

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

/** The S3 keys of everything that belongs to a recording. */
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

/** The media's address, in the form in which a job takes it and reports it. */
export function mediaUri({ bucket, key }: Pick<RecordingObject, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}

/** The recording whose job wrote this key, or undefined when the key is not a job's output. */
export function recordingOfJobKey(key: string): string | undefined {
  return /^jobs\/(rec-[0-9a-f]{32}(?:-r\d+)?)\.json$/.exec(key)?.[1];
}

/** The kind of an object, as its key shows it. */
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

/** The key of the events that Chime writes beside a joined recording; undefined for a recording of another client. */
export function meetingEventsKey(key: string): string | undefined {
  if (classifyKey(key).kind !== 'recording' || !key.includes('/audio/')) return undefined;
  return key.replace('/audio/', '/meeting-events/').replace(/\.mp4$/, '.txt');
}
