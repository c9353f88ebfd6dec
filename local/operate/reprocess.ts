import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { toBill } from '../../infra/cost.ts';
import { defaultOperations } from '../../pipeline/clinical/operations.ts';
import { toAuditTrail } from '../../pipeline/edge/auditTrail.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { toEhr } from '../../pipeline/edge/supabase.ts';
import { classifyKey, firstRunOf, runNumberOf, toRunId } from '../../pipeline/recording/recording.ts';
import type { WorkflowInput } from '../../pipeline/workflow.ts';
import type { Deployment } from '../replay/deployment.ts';
import { describe } from '../replay/execution.ts';
import { findObject, readFailedSince, readRuns, type RunRow } from './runs.ts';

/** What becomes of a recording that is to be run again: a run that starts, or the reason why none does. */
export type Planned = { recordingId: string; durationMs: number | null } & (
  | { input: WorkflowInput; after: string }
  | { because: string }
);

/** Failures of the file itself: the same bytes fail in the same way, as often as they are tried. */
const ofTheFile = ['UnsupportedMedia', 'RecordingEmpty', 'RecordingTooLong', 'RecordingTooLarge'];

/**
 * Plans a new run for each recording that is named, and for each whose newest run failed since a time. A repeat of the same
 * command plans nothing more: a run that follows the one that is named is under way then, or has results.
 */
export async function planRuns(
  deployment: Deployment,
  named: readonly string[],
  { since, fresh }: { since: Date | undefined; fresh: boolean },
): Promise<Planned[]> {
  const planned = new Map<string, Planned>();
  for (const id of named) planned.set(firstRunOf(id), await plan(deployment, id, fresh));
  for (const row of since === undefined ? [] : await readFailedSince(deployment, since)) {
    const first = firstRunOf(row.recording_id);
    if (!planned.has(first)) planned.set(first, await planFailed(deployment, row, fresh));
  }
  return [...planned.values()];
}

async function planFailed(deployment: Deployment, row: RunRow, fresh: boolean): Promise<Planned> {
  if (!ofTheFile.includes(row.error_name ?? '')) return plan(deployment, row.recording_id, fresh);
  const because = `${row.error_name}: the file itself is at fault; name the recording to run it all the same`;
  return { recordingId: row.recording_id, durationMs: row.duration_ms, because };
}

async function plan(deployment: Deployment, recordingId: string, fresh: boolean): Promise<Planned> {
  const rows = await readRuns(deployment, recordingId);
  const number = Math.max(runNumberOf(recordingId), ...rows.map((row) => runNumberOf(row.recording_id)));
  const newest = await findNewest(deployment, recordingId, number);
  const row = rows.find((one) => one.recording_id === newest.recordingId);
  const durationMs = rows.findLast((one) => one.duration_ms !== null)?.duration_ms ?? null;
  const not = (because: string): Planned => ({ recordingId, durationMs, because });
  if (newest.status === undefined && !row) return not('there is no such run');
  if (newest.status === 'RUNNING') return not(`${newest.recordingId} is under way`);
  const hasResults = row !== undefined && ['completed', 'partial', 'not_coded'].includes(row.status);
  if (hasResults && newest.recordingId !== recordingId) {
    return not(`${newest.recordingId} has results: name that run to make another`);
  }
  const recording = newest.input?.recording ?? (row && (await findObject(deployment, row)));
  if (!recording) return not('its object is gone');
  const next = toRunId(recordingId, runNumberOf(newest.recordingId) + 1);
  const input = { recordingId: next, recording, ...(fresh ? { fresh } : {}) };
  return { recordingId, durationMs, input, after: newest.recordingId };
}

/** The newest run that was started; its row may not be there yet. */
async function findNewest(deployment: Deployment, recordingId: string, from: number) {
  let newest: { recordingId: string; status?: string | undefined; input?: WorkflowInput } = {
    recordingId: toRunId(recordingId, from),
  };
  for (let number = from; ; number += 1) {
    const run = toRunId(recordingId, number);
    const described = await describe(deployment, run);
    if (!described) return newest;
    newest = { recordingId: run, status: described.status };
    if (described.input !== undefined) newest.input = JSON.parse(described.input) as WorkflowInput;
  }
}

/** Characters of transcript per minute of talk, as `npm run cost` assumes. */
const charactersPerMinute = 800;

/** What the runs cost if none of them can adopt anything, in USD, at list prices. */
export function toUsd(planned: readonly Planned[]): number {
  return planned.reduce((sum, { durationMs, ...one }) => {
    if (!('input' in one) || durationMs === null) return sum;
    const minutes = durationMs / 60_000;
    const operations = defaultOperations;
    const bill = toBill({ minutes, consultations: 1, characters: charactersPerMinute, operations });
    return sum + (bill.at(-1)?.each ?? 0);
  }, 0);
}

/** Writes to the audit trail that the run was asked for, and starts it. `known` when somebody else has started it. */
export async function startRun(
  deployment: Deployment,
  { input, after }: { input: WorkflowInput; after: string },
): Promise<'started' | 'known'> {
  const { target, clients } = deployment;
  const { recordingId, recording, fresh = false } = input;
  const { meetingId = 'unknown' } = classifyKey(recording.key);
  const session = await toEhr(target.supabaseUrl, target.supabaseKey).findSession(meetingId);
  await toAuditTrail(target, () => new Date(), clients.dynamodb).record({
    action: 'REPROCESSED',
    meetingId,
    appointmentId: session?.appointmentId ?? null,
    recordingId,
    executionArn: null,
    actor: 'reprocess',
    detail: { after, fresh },
  });
  try {
    const { stateMachineArn } = target;
    await clients.sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: recordingId, input: JSON.stringify(input) }),
    );
    return 'started';
  } catch (error) {
    if (isNamed(error, 'ExecutionAlreadyExists')) return 'known';
    throw error;
  }
}
