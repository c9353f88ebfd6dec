import { queue, type Step } from '../edge/lambda.ts';
import { toCreatedObjects } from '../recording/events.ts';
import { recordingOfJobKey } from '../recording/recording.ts';

/**
 * Wakes the execution whose job wrote the object. Without a token, no execution waits yet: `awaitTranscription` checks
 * the job after it has registered its token. A token is kept until the callback was accepted.
 */
export const resumeWorkflow: Step<unknown, void> = (ports) => async (event) => {
  for (const { key } of toCreatedObjects(event)) {
    const recordingId = recordingOfJobKey(key);
    if (recordingId === undefined) continue;
    const token = await ports.tokens.find(recordingId);
    if (token === undefined) {
      ports.log('nobody waits', { recordingId });
      continue;
    }
    const outcome = await ports.executions.wake(token, { wokenBy: 'job output' });
    await ports.tokens.forget(recordingId, token);
    ports.log(outcome, { recordingId });
  }
};

export const handler = queue('resumeWorkflow', resumeWorkflow);
