import { sha256 } from '../digest.ts';
import { queue, type Step } from '../edge/lambda.ts';
import type { SkipReason } from '../errors.ts';
import { toCreatedObjects } from '../recording/events.ts';
import type { RecordingStatus, Session } from '../ehr.ts';
import type { Claim, Ports } from '../ports.ts';
import {
  classifyKey,
  type KeyKind,
  printable,
  type RecordingObject,
  runNumberOf,
  toRecordingId,
  toRunId,
} from '../recording/recording.ts';
import type { RecordingRow, WorkflowInput } from '../workflow.ts';

/**
 * Starts one execution for each object that may be a recording, and none for the same bytes of the same meeting, unless
 * they came to nothing. What Chime writes beside a recording is only logged.
 */
export const startWorkflow: Step<unknown, void> = (ports) => async (event) => {
  for (const object of toCreatedObjects(event)) await startFor(ports, object);
};

export const handler = queue('startWorkflow', startWorkflow);

async function startFor(ports: Ports, object: RecordingObject): Promise<void> {
  const kind = classifyKey(object.key);
  if (kind.kind === 'artifact') return ports.log('not a recording', { what: kind.what, size: object.size });

  const recordingId = await toRecordingId(object);
  const found = { object, recordingId, meetingId: kind.meetingId };
  if (kind.kind === 'stray') {
    return skip(ports, found, 'NotARecording', 'the object lies outside recordings/<meetingId>/');
  }
  if (kind.kind === 'unprintable') {
    const written = { ...found, object: { ...object, key: printable(object.key) } };
    return skip(ports, written, 'KeyUnprintable', 'the key has control characters: upload it again under another name');
  }
  const checksum = await ports.recordings.checksum(object);
  if (checksum === undefined) return ports.log('the recording is gone', { recordingId });

  const fingerprint = await toFingerprint(object, kind, checksum);
  const claim = await claimFor(ports, fingerprint, found);
  if (claim.owner === recordingId && claim.started) return ports.log('already started', { recordingId });
  if (claim.owner === recordingId && claim.replaces !== undefined) {
    const row = toRow(found, await findSession(ports, found));
    await ports.ehr.recordStatus(row, 'received', { duplicateOf: claim.replaces });
  }

  // If the owner's event was given up before its execution started, the owner is started with these bytes, which are
  // the same: this may be the last event that reports them.
  if (!claim.started) await start(ports, fingerprint, { recordingId: claim.owner, recording: object });
  if (claim.owner !== recordingId) await skipDuplicate(ports, found, claim.owner);
}

/** An object of which nothing is known but its event. */
interface Found {
  object: RecordingObject;
  recordingId: string;
  meetingId: string | undefined;
}

/**
 * The same bytes in the same meeting are the same recording, whatever their name and version. Nothing is the same as
 * nothing, so an object of 0 bytes is only the same as itself.
 */
function toFingerprint({ bucket, key, size }: RecordingObject, { meetingId }: KeyKind, checksum: string) {
  return sha256(`${bucket}\n${size > 0 && meetingId !== undefined ? meetingId : key}\n${checksum}`);
}

/**
 * Claims the bytes. If the recording that owns them came to nothing, they are tried again: whoever uploads once more hopes
 * for just that. Under another name they are a recording of their own; under the same name the owner runs again, and adopts
 * what it has paid for. A recording that is known had its own try.
 */
async function claimFor(ports: Ports, fingerprint: string, found: Found): Promise<Claim> {
  const { recordingId, object } = found;
  const claim = await ports.intake.claim(fingerprint, recordingId);
  if (claim.owner === recordingId || !claim.started) return claim;
  if ((await statusOf(ports, recordingId)) !== undefined) return claim;
  const next = await toNextRun(ports, claim.owner, object);
  if (next === undefined) return claim;
  if (next === 'without a row' || next.recording.key !== object.key)
    return ports.intake.pass(fingerprint, claim.owner, recordingId);
  if (runNumberOf(next.recordingId) > mostRuns) {
    ports.log('not run again by itself', { recordingId: claim.owner });
    return claim;
  }
  await runAgain(ports, found, claim.owner, next);
  return claim;
}

/** The first run, and three more that nobody has to ask for. */
const mostRuns = 4;

/**
 * The run that follows those that came to nothing; undefined while one is under way, and when one has results. A recording
 * without a row was stopped before anything was paid for: where its object is, nobody has written down.
 */
async function toNextRun(
  ports: Ports,
  owner: string,
  object: RecordingObject,
): Promise<WorkflowInput | 'without a row' | undefined> {
  const runs = await ports.ehr.findRuns(owner);
  const recording = runs[0]?.recording;
  for (let number = Math.max(1, ...runs.map((run) => runNumberOf(run.recordingId))); ; number += 1) {
    const recordingId = toRunId(owner, number);
    const run = runs.find((one) => one.recordingId === recordingId);
    if (run?.status === 'failed' || run?.status === 'skipped') continue;
    if (run && ['completed', 'partial', 'not_coded'].includes(run.status)) return undefined;
    // The row of an execution that was stopped, or that ran out of its time, still says that it is under way.
    const execution = await ports.executions.statusOf(recordingId);
    if (execution === undefined && !run && number > 1 && recording) {
      // The bytes are the same, and so is their number.
      return { recordingId, recording: { etag: object.etag, size: object.size, ...recording } };
    }
    if (execution !== 'failed') return undefined;
    if (!recording) return 'without a row';
  }
}

/** One upload starts one run, however often its event comes: which one, its claim remembers. */
async function runAgain(ports: Ports, found: Found, original: string, next: WorkflowInput): Promise<void> {
  const ofUpload = await sha256(`again\n${found.recordingId}`);
  const { owner, started } = await ports.intake.claim(ofUpload, next.recordingId);
  if (started) return;
  const session = await findSession(ports, found);
  await ports.audit.record({
    action: 'REPROCESSED',
    meetingId: found.meetingId ?? 'unknown',
    appointmentId: session?.appointmentId ?? null,
    recordingId: owner,
    executionArn: null,
    actor: 'startWorkflow',
    detail: { original, uploaded: found.recordingId },
  });
  await start(ports, ofUpload, { ...next, recordingId: owner });
}

/** The status of a recording's newest run; undefined when the health record has not heard of it. */
async function statusOf(ports: Ports, recordingId: string): Promise<RecordingStatus | undefined> {
  return (await ports.ehr.findRuns(recordingId)).at(-1)?.status;
}

async function start(ports: Ports, fingerprint: string, input: WorkflowInput): Promise<void> {
  const outcome = await ports.executions.start(input);
  await ports.intake.markStarted(fingerprint);
  ports.log(outcome === 'started' ? 'started' : 'already started', { recordingId: input.recordingId });
}

/** A recording that is known was taken in before its bytes went to another: its own row says what became of it. */
async function skipDuplicate(ports: Ports, found: Found, original: string): Promise<void> {
  const { recordingId } = found;
  const status = await statusOf(ports, recordingId);
  if (status !== undefined && status !== 'skipped') return ports.log('already started', { recordingId });
  await skip(ports, found, 'Duplicate', `the same bytes are the recording ${original}`, original);
}

async function skip(ports: Ports, found: Found, reason: SkipReason, why: string, original?: string): Promise<void> {
  const { object, recordingId, meetingId = 'unknown' } = found;
  const session = await findSession(ports, found);
  await ports.ehr.recordSkipped(toRow(found, session), reason, why, original);
  const skipped = await ports.audit.record({
    action: 'RECORDING_SKIPPED',
    meetingId,
    appointmentId: session?.appointmentId ?? null,
    recordingId,
    executionArn: null,
    actor: 'startWorkflow',
    detail: { reason, ...(original === undefined ? {} : { original }), size: object.size },
  });
  if (skipped === 'recorded') ports.measure(recordingId, 'RecordingsSkipped', 1, reason);
  ports.log('skipped', { recordingId, reason, original: original ?? null });
}

async function findSession(ports: Ports, { meetingId }: Found): Promise<Session | undefined> {
  return meetingId === undefined ? undefined : ports.ehr.findSession(meetingId);
}

function toRow({ recordingId, object }: Found, session: Session | undefined): RecordingRow {
  return { recordingId, recording: object, sessionId: session?.sessionId ?? null };
}
