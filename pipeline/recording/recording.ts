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

/** The recording of a run: the run's id without the `-r2`, `-r3`, ... of a deliberate re-run. */
export function firstRunOf(recordingId: string): string {
  return recordingId.replace(/-r\d+$/, '');
}

/** 1 for a recording's first run, and the number in the id of a re-run. */
export function runNumberOf(recordingId: string): number {
  return Number(/-r(\d+)$/.exec(recordingId)?.[1] ?? 1);
}

/** The id of a recording's run of this number. */
export function toRunId(recordingId: string, run: number): string {
  const first = firstRunOf(recordingId);
  return run > 1 ? `${first}-r${run}` : first;
}

const mostEarlierRuns = 10;

/**
 * The runs of a recording before this one, the newest first; none for its first run. Of very many, the newest nine and the
 * first: an id is typed by people, and each of these runs is looked at.
 */
export function earlierRunsOf(recordingId: string): string[] {
  const number = runNumberOf(recordingId);
  const reruns = Array.from({ length: Math.min(number - 1, mostEarlierRuns) }, (_, n) => number - 1 - n);
  return reruns.map((run, at) => toRunId(recordingId, at === mostEarlierRuns - 1 ? 1 : run));
}

/** The S3 keys of everything that belongs to a recording. */
export const keys = {
  job: (recordingId: string) => `jobs/${recordingId}.json`,
  transcript: (recordingId: string) => `transcripts/${recordingId}/transcript.json`,
  /** The transcript's text alone, in which each planned call has its range of bytes. */
  text: (recordingId: string) => `transcripts/${recordingId}/text.txt`,
  captions: (recordingId: string) => `transcripts/${recordingId}/transcript.vtt`,
  answer: (recordingId: string, operation: string, n: number) => `answers/${recordingId}/${operation}-${n}.json`,
  partOfAnswer: (recordingId: string, operation: string, n: number, begin: number, end: number) =>
    `answers/${recordingId}/${operation}-${n}/${begin}-${end}.json`,
  /** Written before a call is paid for, when nothing else shows that its answer can be kept. */
  proof: (recordingId: string) => `answers/${recordingId}/proof`,
  entities: (recordingId: string) => `results/${recordingId}/entities.json`,
  consultation: (recordingId: string) => `results/${recordingId}/consultation.json`,
};

/** The media's address, in the form in which a job takes it and reports it. */
export function mediaUri({ bucket, key }: Pick<RecordingObject, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}

/** The recording whose job has this name, or undefined when the job is none of ours. */
export function recordingOfJob(jobName: string): string | undefined {
  return /^rec-[0-9a-f]{32}(?:-r\d+)?$/.test(jobName) ? jobName : undefined;
}

/** The recording whose job wrote this key, or undefined when the key is not a job's output. */
export function recordingOfJobKey(key: string): string | undefined {
  const [, jobName = ''] = /^jobs\/([^/]+)\.json$/.exec(key) ?? [];
  return recordingOfJob(jobName);
}

/** The kind of an object, as its key shows it. */
export type KeyKind =
  /** What its bytes say it is. `meetingId` is missing where the key names no meeting. */
  | { kind: 'recording'; meetingId: string | undefined; source: 'chime' | 'upload' }
  /** Chime writes hundreds of these an hour. */
  | { kind: 'artifact'; meetingId: string | undefined; what: 'capture chunk' | 'meeting artifact' }
  /** Outside the folders that recordings and captures have. */
  | { kind: 'stray'; meetingId: undefined }
  /** The key has characters that nobody can print. `meetingId` is missing where they are in the meeting's id. */
  | { kind: 'unprintable'; meetingId: string | undefined };

/** Control characters, line separators and halves of characters: Postgres, filters and logs are spared them. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The text with its unprintable characters written as their code points, such as `\u{a}`. */
export function printable(text: string): string {
  return text.replace(new RegExp(unprintable, 'gu'), (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
}

const captureChunk = /^\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}-\d{1,6}\.mp4$/;

/** The folders that Chime writes beside `audio/`. */
const artifactFolders = new Set([
  'video',
  'composited-video',
  'data-channel',
  'meeting-events',
  'transcription-messages',
]);

/**
 * Tells what may be a consultation's recording from what Chime writes beside it. Raw capture chunks and joined files are
 * both `.mp4` under `audio/`: a chunk is named by its UTC start time, a joined file by its pipeline's id. Everything else
 * under `recordings/` may be a recording, whatever its name and however deep its folder: only its bytes can tell.
 */
export function classifyKey(key: string): KeyKind {
  const [root, meeting, ...rest] = key.split('/');
  const meetingId = rest.length > 0 && meeting && !unprintable.test(meeting) ? meeting : undefined;
  if (unprintable.test(key)) return { kind: 'unprintable', meetingId };
  if (root === 'captures') return { kind: 'artifact', meetingId, what: 'capture chunk' };
  if (root !== 'recordings') return { kind: 'stray', meetingId: undefined };
  const [folder = ''] = rest;
  const fileName = rest.at(-1) ?? '';
  if (rest.length > 1 && artifactFolders.has(folder)) return { kind: 'artifact', meetingId, what: 'meeting artifact' };
  if (captureChunk.test(fileName)) return { kind: 'artifact', meetingId, what: 'capture chunk' };
  const isJoined = rest.length === 2 && folder === 'audio' && fileName.endsWith('.mp4');
  return { kind: 'recording', meetingId, source: isJoined ? 'chime' : 'upload' };
}

const mediaExtensions = new Set(
  (
    '3g2 3gp aac ac3 aif aifc aiff amr au avi caf flac flv m4a m4b m4v mka mkv mov mp2 mp3 mp4 mpeg mpg mpga mts oga ogg ' +
    'ogv opus ra spx wav weba webm wma wmv'
  ).split(' '),
);

/** Whether the object's name promises audio or video: then bytes that hold none are a fault, not another kind of file. */
export function hasMediaName(key: string): boolean {
  const extension = /\.([^./]+)$/.exec(key)?.[1];
  return extension !== undefined && mediaExtensions.has(extension.toLowerCase());
}

/** The key of the events that Chime writes beside a joined recording; undefined for a recording of another client. */
export function meetingEventsKey(key: string): string | undefined {
  const kind = classifyKey(key);
  if (kind.kind !== 'recording' || kind.source !== 'chime') return undefined;
  return key.replace('/audio/', '/meeting-events/').replace(/\.mp4$/, '.txt');
}
