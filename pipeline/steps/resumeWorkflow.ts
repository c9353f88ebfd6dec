import { queue, type Step } from '../edge/lambda.ts';
import type { Ports } from '../ports.ts';
import { toCreatedObjects, toFailedJob } from '../recording/events.ts';
import { recordingOfJob, recordingOfJobKey } from '../recording/recording.ts';

/**
 * Wakes the execution whose job wrote the object, or has failed: then it asks for the job itself. Without a token, no
 * execution waits yet: `awaitTranscription` checks the job after it has registered its token. A token stays: whatever
 * comes again finds its task closed.
 */
export const resumeWorkflow: Step<unknown, void> = (ports) => async (event) => {
  const failed = toFailedJob(event);
  if (failed !== undefined) return wake(ports, recordingOfJob(failed), 'job failure');
  for (const { key } of toCreatedObjects(event)) await wake(ports, recordingOfJobKey(key), 'job output');
};

export const handler = queue('resumeWorkflow', resumeWorkflow);

async function wake(ports: Ports, recordingId: string | undefined, wokenBy: string): Promise<void> {
  if (recordingId === undefined) return;
  const token = await ports.tokens.find(recordingId);
  if (token === undefined) return ports.log('nobody waits', { recordingId });
  const outcome = await ports.executions.wake(token, { wokenBy });
  ports.log(outcome, { recordingId, wokenBy });
}
