import type { Clock } from '../clock.ts';
import type { JsonObject } from '../jsonService.ts';
import { type Job, outputKey } from './job.ts';
import { identifiedLanguage } from './language.ts';
import { readMedia } from './media.ts';
import type { MediaFacts, MediaObject, MediaSource } from './mediaFacts.ts';
import { MAX_MEDIA_BYTES, reasons, refusal } from './mediaRules.ts';
import { parseS3Uri } from './s3Uri.ts';

/** Where jobs write their transcripts: the S3 stand-in. Rejects when the bucket does not exist. */
export interface OutputSink {
  put(bucket: string, key: string, body: Uint8Array, options: { kmsKeyId?: string }): Promise<void>;
}

/** The job result recorded for this media: an object, or its exact bytes as text (a broken result can be replayed). */
export type RecordedResult = (mediaUri: string, request: JsonObject) => Promise<JsonObject | string | undefined>;

/** Everything that a job needs while it runs. */
export interface JobSurroundings {
  clock: Clock;
  accountId: string;
  media: MediaSource;
  output: OutputSink;
  recordedResult: RecordedResult;
  /** How long the engine works on media of this length, both in milliseconds. */
  workMs: (durationMs: number) => number;
  defaultPrefix: (job: Job) => string;
  /** Called after every change of the job's state. */
  changed: (job: Job) => void;
}

const QUEUED_MS = 1_000;

/** Ends a job as FAILED with this reason. */
class JobFailure extends Error {}

/**
 * The life of a job on the clock: QUEUED, IN_PROGRESS (the media is read), then COMPLETED (the transcript is written)
 * or FAILED. Settles when the job has ended, or without a change when `signal` aborts.
 */
export async function runJob(job: Job, surroundings: JobSurroundings, signal: AbortSignal): Promise<void> {
  const { clock, workMs } = surroundings;
  try {
    await clock.sleep(QUEUED_MS, signal);
    const media = await clock.busy(begin(job, surroundings));
    await clock.sleep(workMs(media.durationMs), signal);
    await clock.busy(finish(job, surroundings, signal));
  } catch (error) {
    if (signal.aborted) return;
    job.failureReason = error instanceof JobFailure ? error.message : `The embedded stack failed: ${String(error)}`;
    end(job, 'FAILED', surroundings);
  }
}

async function begin(job: Job, { clock, media, changed }: JobSurroundings): Promise<MediaFacts> {
  job.status = 'IN_PROGRESS';
  job.startedAt ??= clock.now();
  changed(job);
  return examine(job, media);
}

/** Reads the media and notes its facts in the job, even when the job fails because of them. */
async function examine(job: Job, source: MediaSource): Promise<MediaFacts> {
  const object = await openMedia(job.request.Media.MediaFileUri, source);
  if (object.size > MAX_MEDIA_BYTES) throw new JobFailure(reasons.size);
  const media = await readMedia(object);
  if (media === undefined) throw new JobFailure(reasons.format);
  job.media = media;
  const refused = refusal(job, media);
  if (refused !== undefined) throw new JobFailure(refused);
  return media;
}

async function openMedia(uri: string, source: MediaSource): Promise<MediaObject> {
  const location = parseS3Uri(uri);
  const object = location && (await source.read(location.bucket, location.key));
  if (!object) throw new JobFailure(`The media could not be read: there is no S3 object at ${uri}`);
  return object;
}

async function finish(job: Job, surroundings: JobSurroundings, signal: AbortSignal): Promise<void> {
  const { MediaFileUri } = job.request.Media;
  const result = await surroundings.recordedResult(MediaFileUri, job.request);
  if (result === undefined) {
    throw new JobFailure(`The embedded stack has no recorded result for this recording: ${MediaFileUri}`);
  }
  if (typeof result === 'object') job.language = identifiedLanguage(job.request, result);
  const body = typeof result === 'string' ? result : JSON.stringify(signed(result, job, surroundings.accountId));
  signal.throwIfAborted();
  await write(job, body, surroundings);
  signal.throwIfAborted();
  end(job, 'COMPLETED', surroundings);
}

/** A recorded result under this job's name; its fields stay in their order. */
function signed(result: JsonObject, job: Job, accountId: string): JsonObject {
  return { ...result, jobName: job.name, accountId };
}

async function write(job: Job, body: string, { output, defaultPrefix }: JobSurroundings): Promise<void> {
  const { OutputBucketName: bucket, OutputEncryptionKMSKeyId: kmsKeyId } = job.request;
  const key = outputKey(job, defaultPrefix(job));
  try {
    await output.put(bucket, key, Buffer.from(body), kmsKeyId === undefined ? {} : { kmsKeyId });
  } catch (error) {
    throw new JobFailure(`The transcript could not be written to s3://${bucket}/${key}: ${String(error)}`);
  }
}

function end(job: Job, status: 'COMPLETED' | 'FAILED', { clock, changed }: JobSurroundings): void {
  job.status = status;
  job.completedAt = clock.now();
  changed(job);
}
