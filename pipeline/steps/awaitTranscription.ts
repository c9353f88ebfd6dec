import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError } from '../errors.ts';
import type { Job } from '../recording/job.ts';
import type { EngineName } from '../recording/route.ts';
import type { InspectedInput } from '../workflow.ts';

export interface AwaitInput extends InspectedInput {
  /** The recording's own job, or that of an earlier run. */
  jobName: string;
  taskToken: string;
  /** 1 when the wait is entered first, and one more for each time that it ran out. */
  waits: number;
}

/**
 * Enters the wait for the job, which wakes whoever waited for it last. The token is registered before the job is
 * checked, so a job that ends in between is either seen here or wakes the execution by its output: no event can be missed.
 * A job that still runs is left alone; the execution sleeps until the output object or the event of a failure arrives, or
 * its timeout brings it here again.
 */
export const awaitTranscription: Step<AwaitInput, void> =
  (ports) =>
  async ({ recordingId, inspection, jobName, ...input }) => {
    await ports.tokens.remember(jobName, input.taskToken);
    const job = (await ports.transcription.find(inspection.engine, jobName)) ?? forgotten(recordingId, jobName);
    if (job.status === 'FAILED') {
      throw new PipelineError('TranscriptionFailed', job.failureReason ?? 'the service gave no reason');
    }
    if (isOverdue(inspection.engine, job, input.waits)) ports.measure(recordingId, 'RecordingsOverdue', 1);
    if (job.status !== 'COMPLETED') return ports.log('waiting', { status: job.status });
    await ports.executions.wake(input.taskToken, { wokenBy: 'job status' });
  };

/** Transcribe forgets a job after 90 days. One that was adopted had left its output, or it would not have been. */
function forgotten(recordingId: string, jobName: string): Job {
  if (jobName === recordingId) throw new PipelineError('TranscriptionFailed', `there is no job ${jobName}`);
  return { status: 'COMPLETED', mediaUri: undefined, failureReason: undefined };
}

/** A medical job is asked early, because no event says that it has failed; if it still works then, it has time left. */
function isOverdue(engine: EngineName, { status }: Job, waits: number): boolean {
  const isEarly = engine === 'transcribe-medical' && waits === 2 && status !== 'COMPLETED';
  return waits > 1 && !isEarly;
}

export const handler = lambda('awaitTranscription', awaitTranscription);
