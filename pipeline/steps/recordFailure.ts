import { lambda, type Step } from '../edge/lambda.ts';
import type { Ports, Session } from '../ports.ts';
import { classifyKey } from '../recording/recording.ts';
import type { StepInput } from '../workflow.ts';

/** The input from a Catch: the error's name and, as a string, Lambda's report of the error. */
export interface FailureInput extends StepInput {
  failure: { Error: string; Cause?: string };
}

export interface RecordedFailure {
  name: string;
  message: string;
}

/** Every Catch ends here: the session, the recording and the audit trail say what failed. */
export const recordFailure: Step<FailureInput, RecordedFailure> = (ports) => async (input) => {
  const { recordingId, recording, failure } = input;
  const name = failure.Error;
  const message = toMessage(failure.Cause);
  const { meetingId = 'unknown' } = classifyKey(recording.key);

  // Neither store waits for the other: when one is away, the other still says what failed.
  const session = await ports.ehr.findSession(meetingId).catch(() => undefined);
  const row = { recordingId, recording, sessionId: session?.sessionId ?? null };
  const writes = await Promise.allSettled([
    ports.ehr.recordFailure(row, name, message),
    audit(ports, input, meetingId, session),
  ]);
  const [, audited] = writes;
  if (audited.status === 'fulfilled' && audited.value === 'recorded') {
    ports.measure(recordingId, 'RecordingsFailed', 1, name);
  }
  for (const write of writes) if (write.status === 'rejected') throw write.reason;
  return { name, message };
};

export const handler = lambda('recordFailure', recordFailure);

function audit(ports: Ports, input: FailureInput, meetingId: string, session: Session | undefined) {
  return ports.audit.record({
    action: 'RECORDING_FAILED',
    meetingId,
    appointmentId: session?.appointmentId ?? null,
    recordingId: input.recordingId,
    executionArn: input.executionArn,
    actor: 'recordFailure',
    detail: { error: input.failure.Error },
  });
}

/** Lambda reports `{ errorType, errorMessage, trace }`; Step Functions itself writes plain text. */
function toMessage(cause: string | undefined): string {
  if (!cause) return '';
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : '';
  } catch {
    return cause.slice(0, 500);
  }
}
