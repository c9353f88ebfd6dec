import type { Job } from './job.ts';

/** `Transcribe Job State Change` as EventBridge delivers it, without the id and version that the bus adds. */
export interface JobStateEvent {
  source: 'aws.transcribe';
  'detail-type': 'Transcribe Job State Change';
  account: string;
  region: string;
  time: string;
  resources: string[];
  detail: { TranscriptionJobName: string; TranscriptionJobStatus: 'COMPLETED' | 'FAILED'; FailureReason?: string };
}

/**
 * The event for a job's present state. Undefined when there is none: while the job runs, and always for a medical job,
 * for which no event is documented.
 */
export function jobStateEvent(job: Job, accountId: string): JobStateEvent | undefined {
  if (job.kind === 'medical' || job.completedAt === undefined) return undefined;
  if (job.status !== 'COMPLETED' && job.status !== 'FAILED') return undefined;
  const failure = job.failureReason === undefined ? {} : { FailureReason: job.failureReason };
  return {
    source: 'aws.transcribe',
    'detail-type': 'Transcribe Job State Change',
    account: accountId,
    region: job.region,
    time: new Date(job.completedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    resources: [],
    detail: { TranscriptionJobName: job.name, TranscriptionJobStatus: job.status, ...failure },
  };
}
