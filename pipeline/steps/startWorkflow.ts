import { sha256 } from '../digest.ts';
import { queue, type Step } from '../edge/lambda.ts';
import { toCreatedObjects } from '../recording/events.ts';
import type { Ports } from '../ports.ts';
import { classifyKey, type RecordingObject, toRecordingId } from '../recording/recording.ts';
import type { WorkflowInput } from '../workflow.ts';

/** Starts one execution for each recording that an event reports, and none for any other object. */
export const startWorkflow: Step<unknown, void> = (ports) => async (event) => {
  for (const object of toCreatedObjects(event)) await startFor(ports, object);
};

export const handler = queue('startWorkflow', startWorkflow);

async function startFor(ports: Ports, object: RecordingObject): Promise<void> {
  const kind = classifyKey(object.key);
  if (kind.kind === 'other') return ports.log('not a recording', { what: kind.what, size: object.size });

  const recordingId = await toRecordingId(object);
  const checksum = await ports.recordings.checksum(object);
  if (checksum === undefined) return ports.log('the recording is gone', { recordingId });

  // The same bytes under the same key are the same recording, whatever version they were uploaded as.
  const fingerprint = await sha256(`${object.bucket}\n${object.key}\n${checksum}`);
  const claim = await ports.intake.claim(fingerprint, recordingId);
  if (claim.owner === recordingId && claim.started) return ports.log('already started', { recordingId });

  // If the owner's event was given up before its execution started, the owner is started with these bytes, which are
  // the same: this may be the last event that reports them.
  if (!claim.started) await start(ports, fingerprint, { recordingId: claim.owner, recording: object });
  if (claim.owner !== recordingId) await skipDuplicate(ports, object, recordingId, kind.meetingId, claim.owner);
}

async function start(ports: Ports, fingerprint: string, input: WorkflowInput): Promise<void> {
  const outcome = await ports.executions.start(input);
  await ports.intake.markStarted(fingerprint);
  ports.log(outcome === 'started' ? 'started' : 'already started', { recordingId: input.recordingId });
}

async function skipDuplicate(
  ports: Ports,
  object: RecordingObject,
  recordingId: string,
  meetingId: string,
  original: string,
): Promise<void> {
  const session = await ports.ehr.findSession(meetingId);
  const skipped = await ports.audit.record({
    action: 'RECORDING_SKIPPED',
    meetingId,
    appointmentId: session?.appointmentId ?? null,
    recordingId,
    executionArn: null,
    actor: 'startWorkflow',
    detail: { reason: 'Duplicate', original, size: object.size },
  });
  if (skipped === 'recorded') ports.measure(recordingId, 'RecordingsSkipped', 1, 'Duplicate');
  ports.log('skipped', { recordingId, reason: 'Duplicate', original });
}
