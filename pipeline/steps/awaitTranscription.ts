import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError } from '../errors.ts';
import type { InspectedInput } from '../workflow.ts';

export interface AwaitInput extends InspectedInput {
  jobName: string;
  taskToken: string;
  /** 1 when the wait is entered first, and one more for each time that it ran out. */
  waits: number;
}

/**
 * Enters the wait. The token is registered before the job is checked, so a job that ends in between is either seen here
 * or wakes the execution by its output: no event can be missed. A job that still runs is left alone; the execution
 * sleeps until the output object arrives or its timeout brings it here again.
 */
export const awaitTranscription: Step<AwaitInput, void> =
  (ports) =>
  async ({ recordingId, inspection, ...input }) => {
    await ports.tokens.remember(recordingId, input.taskToken);
    const job = await ports.transcription.find(inspection.engine, input.jobName);
    if (!job) throw new PipelineError('TranscriptionFailed', `there is no job ${input.jobName}`);
    if (job.status === 'FAILED') {
      throw new PipelineError('TranscriptionFailed', job.failureReason ?? 'the service gave no reason');
    }
    if (input.waits > 1) ports.measure(recordingId, 'RecordingsOverdue', 1);
    if (job.status !== 'COMPLETED') return ports.log('waiting', { status: job.status });
    await ports.executions.wake(input.taskToken, { wokenBy: 'job status' });
    await ports.tokens.forget(recordingId, input.taskToken);
  };

export const handler = lambda('awaitTranscription', awaitTranscription);
