import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { compareWithAnchors, toLateAnchor } from '../../pipeline/anchor.ts';
import { type AuditAction, type AuditEvent, verifyChain } from '../../pipeline/audit.ts';
import { readAnchors, toAnchorStore } from '../../pipeline/edge/anchors.ts';
import { readAuditEntries, readChainHead, toAuditTrail } from '../../pipeline/edge/auditTrail.ts';
import { toEhr } from '../../pipeline/edge/supabase.ts';
import type { Ehr } from '../../pipeline/ehr.ts';
import type { AuditTrail } from '../../pipeline/ports.ts';
import { keys, type RecordingObject } from '../../pipeline/recording/recording.ts';
import type { WorkflowInput } from '../../pipeline/workflow.ts';
import type { Deployment } from '../replay/deployment.ts';
import { executionArn } from '../replay/execution.ts';
import { readText } from '../replay/inputs.ts';
import { redeliver } from '../replay/upload.ts';
import type { Finding } from './findings.ts';
import { meetingOf } from './look.ts';
import type { Run } from './run.ts';

/** The actor of every entry that is written here: nobody shall take it for the step that should have written it. */
const actor = 'reconcile';

interface Mender {
  deployment: Deployment;
  ehr: Ehr;
  audit: AuditTrail;
}

/**
 * Mends findings one by one, and answers `mended`, or why not. Each may be mended again: what is there stays as it is.
 */
export function toMender(deployment: Deployment, now: () => Date): (finding: Finding) => Promise<string> {
  const { target, clients } = deployment;
  const mender: Mender = {
    deployment,
    ehr: toEhr(target.supabaseUrl, target.supabaseKey),
    audit: toAuditTrail(target, now, clients.dynamodb),
  };
  return async ({ kind, run }) => {
    if (kind === 'notStarted') return start(mender, run);
    if (kind === 'failureUnseen') return recordFailure(mender, run);
    if (kind === 'endNotAudited') return auditEnd(mender, run);
    if (kind === 'notAnchored') return anchorLate(mender, run, now());
    return 'a person has to look';
  };
}

async function start({ deployment }: Mender, { object, recordingId }: Run): Promise<string> {
  if (!object || recordingId.includes('-r')) return 'a re-run is started by hand';
  await redeliver(deployment, object);
  return 'mended';
}

/** As the step would have written it; what an execution that was stopped failed by is a timeout, too. */
async function recordFailure({ deployment, ehr, audit }: Mender, run: Run): Promise<string> {
  const { recordingId, execution = '' } = run;
  const arn = executionArn(deployment, recordingId);
  const { input = '{}', error } = await deployment.clients.sfn.send(
    new DescribeExecutionCommand({ executionArn: arn }),
  );
  const { recording } = JSON.parse(input) as WorkflowInput;
  const name = execution === 'FAILED' && error ? error : 'States.Timeout';
  const meetingId = meetingOf(recording.key);
  const session = await ehr.findSession(meetingId);
  const row = { recordingId, recording, sessionId: session?.sessionId ?? null };
  await ehr.recordFailure(row, name, `found by reconcile: the execution ended as ${execution}`);
  await audit.record({
    ...factsOf(run, recording),
    action: 'RECORDING_FAILED',
    appointmentId: session?.appointmentId ?? null,
    executionArn: arn,
    detail: { error: name, execution },
  });
  return 'mended';
}

/** Results are vouched for only when the trail has the intent to store them, and S3 what was intended. */
async function auditEnd({ deployment, ehr, audit }: Mender, run: Run): Promise<string> {
  const { row, entries } = run;
  if (!row) return 'there is no row';
  const recording: RecordingObject = { bucket: row.bucket, key: row.key, etag: '', size: 0 };
  const session = await ehr.findSession(meetingOf(row.key));
  const last = entries.at(-1);
  const facts = {
    ...factsOf(run, recording),
    appointmentId: session?.appointmentId ?? null,
    executionArn: last?.executionArn ?? null,
  };
  const record = async (action: AuditAction, detail: NonNullable<AuditEvent['detail']>) => {
    await audit.record({ ...facts, action, detail });
    return 'mended';
  };
  if (row.status === 'failed') return record('RECORDING_FAILED', { error: row.error_name ?? 'unknown' });
  if (row.status === 'skipped') return record('RECORDING_SKIPPED', { reason: row.error_name ?? 'unknown' });
  const intent = entries.find(({ action }) => action === 'ENTITIES_EXTRACTED')?.detail;
  if (!intent?.['textSha256']) return 'the trail has no ENTITIES_EXTRACTED: nothing vouches for the results';
  if (intent['status'] !== row.status) return `the trail meant ${String(intent['status'])}`;
  const text = await readText(deployment, deployment.target.medicalDataBucket, keys.entities(run.recordingId));
  const { textSha256 } = JSON.parse(text ?? '{}') as { textSha256?: string };
  if (textSha256 !== intent['textSha256']) return 'S3 does not hold the results that the trail meant';
  return record('RESULTS_STORED', intent);
}

/**
 * Entries that were changed before they had an anchor must not get one: only a chain that is whole, and that is the one
 * that was anchored so far, is anchored on.
 */
async function anchorLate({ deployment }: Mender, { entries: [entry] }: Run, now: Date): Promise<string> {
  const { target, clients } = deployment;
  if (!entry || !target.anchorsBucket) return 'ANCHORS_BUCKET is not set';
  const { meetingId } = entry;
  const entries = await readAuditEntries(target, meetingId, clients.dynamodb);
  const chain = await verifyChain(entries, await readChainHead(target, meetingId, clients.dynamodb), now);
  const anchors = await readAnchors(target.anchorsBucket, meetingId, clients.s3);
  const { faults, unanchored } = compareWithAnchors(entries, anchors, now);
  if (chain.faults.length + faults.length > 0) return 'the chain is broken: npm run audit -- verify says where';
  if (unanchored.length > 0) await toAnchorStore(target, clients.s3).keep(toLateAnchor(meetingId, unanchored));
  return 'mended';
}

function factsOf({ recordingId }: Run, { key }: RecordingObject) {
  return { meetingId: meetingOf(key), recordingId, actor };
}
