import { HeadObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import { compareWithAnchors, streamKeepsMs } from '../../pipeline/anchor.ts';
import type { AuditEntry } from '../../pipeline/audit.ts';
import { readAnchors } from '../../pipeline/edge/anchors.ts';
import { readAuditEntries } from '../../pipeline/edge/auditTrail.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import {
  classifyKey,
  type RecordingObject,
  recordingOfJob,
  toRecordingId,
} from '../../pipeline/recording/recording.ts';
import type { Deployment } from '../replay/deployment.ts';
import { describe } from '../replay/execution.ts';
import { unreadable } from '../replay/unreadable.ts';
import type { ExecutionStatus, Run, RunRow } from './run.ts';

export interface Period {
  /** What is older is not looked at. */
  from: Date;
  /** What is younger may still be on its way. */
  to: Date;
}

/**
 * Every run of the period, from the bucket, the executions, the health record and the audit trail. Executions are read
 * before rows and rows before entries, in the order opposite to that in which a run writes them: what has ended when it
 * is read has written everything that is read after it.
 */
export async function lookAt(deployment: Deployment, period: Period): Promise<Run[]> {
  const executions = await readExecutions(deployment, period);
  const objects = await readObjects(deployment, period);
  const rows = await readRows(deployment, period);
  const ids = new Set([...executions.keys(), ...objects.keys(), ...rows.keys()]);
  for (const id of ids) {
    if (!rows.has(id)) await addRow(deployment, rows, id);
  }
  const trails = new Map<string, ReturnType<typeof readAuditEntries>>();
  const missing = new Map<string, Promise<ReadonlySet<number>>>();
  const runs: Run[] = [];
  for (const recordingId of ids) {
    const row = rows.get(recordingId);
    const object = objects.get(recordingId);
    const meetingId = meetingOf(row?.key ?? object?.key ?? '');
    const trail = trails.get(meetingId) ?? readAuditEntries(deployment.target, meetingId, deployment.clients.dynamodb);
    trails.set(meetingId, trail);
    const entries = (await trail).filter((entry) => entry.recordingId === recordingId);
    // One that started before the period may have ended in it.
    const execution = executions.get(recordingId) ?? (await describe(deployment, recordingId))?.status;
    const lost = missing.get(meetingId) ?? findUnanchored(deployment, meetingId, await trail, period);
    missing.set(meetingId, lost);
    const sequences = await lost;
    const unanchored = entries.map(({ sequence }) => sequence).filter((sequence) => sequences.has(sequence));
    runs.push({ recordingId, object, execution, row, entries, unanchored });
  }
  return runs;
}

/** The entries that the table's stream does not hold any more, and that have no anchor. */
async function findUnanchored(
  { target, clients }: Deployment,
  meetingId: string,
  entries: readonly AuditEntry[],
  { to }: Period,
): Promise<ReadonlySet<number>> {
  const old = entries.filter(({ timestamp }) => Date.parse(timestamp) < to.getTime() - streamKeepsMs);
  if (!target.anchorsBucket || old.length === 0) return new Set();
  const { unanchored } = compareWithAnchors(old, await readAnchors(target.anchorsBucket, meetingId, clients.s3), to);
  return new Set(unanchored.map(({ sequence }) => sequence));
}

/** The meeting in whose chain a recording is audited. */
export const meetingOf = (key: string): string => classifyKey(key).meetingId ?? 'unknown';

async function readExecutions({ clients, target }: Deployment, { from }: Period) {
  const executions = new Map<string, ExecutionStatus>();
  const { stateMachineArn } = target;
  // The newest come first.
  for await (const page of paginateListExecutions({ client: clients.sfn }, { stateMachineArn })) {
    for (const { name = '', status, startDate } of page.executions ?? []) {
      if (startDate && startDate < from) return executions;
      if (recordingOfJob(name) !== undefined && status) executions.set(name, status);
    }
  }
  return executions;
}

/** The objects that may be recordings, in their newest versions. */
async function readObjects({ clients, target }: Deployment, { from, to }: Period) {
  const objects = new Map<string, RecordingObject>();
  const Bucket = target.recordingsBucket;
  for await (const page of paginateListObjectsV2({ client: clients.s3 }, { Bucket, Prefix: 'recordings/' })) {
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      const isOfPeriod = LastModified && LastModified >= from && LastModified <= to;
      if (!isOfPeriod || classifyKey(Key).kind !== 'recording') continue;
      const object = await headOf(clients.s3, Bucket, Key);
      if (object) objects.set(await toRecordingId(object), object);
    }
  }
  return objects;
}

async function headOf(s3: Deployment['clients']['s3'], bucket: string, key: string) {
  try {
    const {
      ETag = '',
      VersionId,
      ContentLength = 0,
    } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const object: RecordingObject = { bucket, key, etag: ETag.replaceAll('"', ''), size: ContentLength };
    return VersionId === undefined ? object : { ...object, versionId: VersionId };
  } catch (error) {
    if (isNamed(error, 'NotFound', 'NoSuchKey')) return undefined; // deleted meanwhile
    throw error;
  }
}

const pageSize = 500;

async function readRows(deployment: Deployment, { from, to }: Period): Promise<Map<string, RunRow>> {
  const rows = new Map<string, RunRow>();
  for (let last = ''; ; ) {
    const query = select(deployment).gte('created_at', from.toISOString()).lte('updated_at', to.toISOString());
    const page = await ask(query.gt('recording_id', last).order('recording_id').limit(pageSize));
    for (const row of page) rows.set(row.recording_id, row);
    if (page.length < pageSize) return rows;
    last = page.at(-1)?.recording_id ?? '';
  }
}

async function addRow(deployment: Deployment, rows: Map<string, RunRow>, id: string): Promise<void> {
  const [row] = await ask(select(deployment).eq('recording_id', id));
  if (row) rows.set(id, row);
}

function select({ supabase }: Deployment) {
  return supabase
    .from('recordings')
    .select('recording_id, session_id, bucket, key, version_id, status, error_name, error_message');
}

async function ask(query: ReturnType<typeof select>): Promise<RunRow[]> {
  const { data, error } = await query.overrideTypes<RunRow[], { merge: false }>();
  if (error) throw unreadable('recordings', error);
  return data;
}
