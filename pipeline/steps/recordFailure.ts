import { lambda, type Step } from '../edge/lambda.ts';
import type { Session } from '../ehr.ts';
import type { Ports } from '../ports.ts';
import { classifyKey, printable } from '../recording/recording.ts';
import type { EngineName } from '../recording/route.ts';
import type { StepInput } from '../workflow.ts';

/** The input from a Catch: the error's name and, as a string, Lambda's report of the error. */
export interface FailureInput extends StepInput {
  /** `none` when the recording failed before there was a job to start; an operator leaves it out. */
  engine?: EngineName | 'none';
  failure: { Error: string; Cause?: string };
}

export interface RecordedFailure {
  name: string;
  message: string;
}

/**
 * Every Catch ends here: the session, the recording and the audit trail say what failed. A try that could not write it
 * everywhere is counted, and the state makes another.
 */
export const recordFailure: Step<FailureInput, RecordedFailure> = (ports) => async (input) => {
  const { recordingId, recording, failure, engine } = input;
  const name = failure.Error;
  const message = toMessage(failure.Cause);
  const { meetingId = 'unknown' } = classifyKey(recording.key);

  // A place that cannot be given back now is somebody else's when its time is over: that a failure shows comes first.
  if (engine && engine !== 'none')
    await ports.places.giveBack(engine, recordingId).catch(() => ports.log('the place is kept', {}));

  // Neither store waits for the other: when one is away, the other still says what failed.
  const [found] = await Promise.allSettled([ports.ehr.findSession(meetingId)]);
  const session = found.status === 'fulfilled' ? found.value : undefined;
  const row = {
    recordingId,
    recording: { ...recording, key: printable(recording.key) },
    sessionId: session?.sessionId ?? null,
  };
  const [recorded, audited] = await Promise.allSettled([
    ports.ehr.recordFailure(row, name, message),
    audit(ports, input, meetingId, session),
  ]);
  if (audited.status === 'fulfilled' && audited.value === 'recorded') {
    ports.measure(recordingId, 'RecordingsFailed', 1, name);
  }
  // Without its session, a row that was written shows the failure to nobody.
  const missed = [recorded, audited, found].find((one) => one.status === 'rejected');
  if (!missed) return { name, message };
  ports.measure(recordingId, 'FailureNotRecorded', 1);
  throw missed.reason;
};

export const handler = lambda('recordFailure', recordFailure);

async function audit(ports: Ports, input: FailureInput, meetingId: string, session: Session | undefined) {
  const { recordingId, executionArn, failure, recording } = input;
  const facts = { meetingId, appointmentId: session?.appointmentId ?? null, recordingId, executionArn };
  if (failure.Error === 'UnknownMeeting') {
    // Its arrival was not recorded while its session could still come.
    const detail = { size: recording.size, mediaRegion: 'unknown', region: ports.config.region };
    const received = await ports.audit.record({
      action: 'RECORDING_RECEIVED',
      ...facts,
      actor: 'recordFailure',
      detail,
    });
    if (received === 'recorded') ports.measure(recordingId, 'RecordingsReceived', 1);
  }
  return ports.audit.record({
    action: 'RECORDING_FAILED',
    ...facts,
    actor: 'recordFailure',
    detail: { error: failure.Error },
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
