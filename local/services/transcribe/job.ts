import type { JsonObject } from '../jsonService.ts';
import type { MediaFacts } from './mediaFacts.ts';
import type { MedicalRequest, StandardRequest } from './startRequest.ts';

export type JobKind = 'medical' | 'standard';
export type JobStatus = 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

/** A transcription job as the stand-in keeps it. Times are milliseconds since the epoch. */
export interface Job {
  kind: JobKind;
  /** Unique within the account and the kind, case sensitive. */
  name: string;
  region: string;
  status: JobStatus;
  createdAt: number;
  startedAt?: number;
  completedAt?: number;
  request: MedicalRequest | StandardRequest;
  /** The facts found in the media, once it has been read. */
  media?: MediaFacts;
  /** The language that the job identified, as fields of its description. */
  language?: JsonObject;
  failureReason?: string;
  /** Its end was not yet reported. */
  undelivered?: true;
}

/** The field names in which the two kinds differ on the wire. */
export const wireNames = {
  medical: { job: 'MedicalTranscriptionJob', name: 'MedicalTranscriptionJobName' },
  standard: { job: 'TranscriptionJob', name: 'TranscriptionJobName' },
} as const satisfies Record<JobKind, { job: string; name: string }>;

export function isTerminal(job: Job): boolean {
  return job.status === 'COMPLETED' || job.status === 'FAILED';
}

/** Where the transcript goes: a key ending in `.json` is taken as it is, any other names a folder. */
export function outputKey(job: Pick<Job, 'name' | 'request'>, defaultPrefix = ''): string {
  const { OutputKey: wanted } = job.request;
  if (wanted === undefined) return `${defaultPrefix}${job.name}.json`;
  if (wanted.endsWith('.json')) return wanted;
  return `${wanted}${wanted.endsWith('/') ? '' : '/'}${job.name}.json`;
}

/** What a standard job says of settings that its request left out. */
const unsetSettings = { ChannelIdentification: false, ShowAlternatives: false };

/** The answer of Start and Get. It repeats the request, except where and how the output is kept. */
export function describeJob(job: Job, defaultPrefix: string): JsonObject {
  const { OutputBucketName: bucket, OutputKey: _key, OutputEncryptionKMSKeyId: _kms, ...rest } = job.request;
  const { KMSEncryptionContext: _context, ...echoed } = rest;
  return {
    MediaFormat: job.media?.format,
    MediaSampleRateHertz: job.media?.sampleRateHertz,
    ...echoed,
    ...(job.kind === 'standard' && { Settings: { ...unsetSettings, ...echoed.Settings } }),
    ...job.language,
    ...state(job),
    Transcript:
      job.status === 'COMPLETED'
        ? { TranscriptFileUri: transcriptUri(job.region, bucket, outputKey(job, defaultPrefix)) }
        : undefined,
  };
}

function state(job: Job): JsonObject {
  return {
    TranscriptionJobStatus: job.status,
    CreationTime: seconds(job.createdAt),
    StartTime: seconds(job.startedAt),
    CompletionTime: seconds(job.completedAt),
    FailureReason: job.failureReason,
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function transcriptUri(region: string, bucket: string, key: string): string {
  return `https://s3.${region}.amazonaws.com/${bucket}/${key}`;
}
