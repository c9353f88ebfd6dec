import { join } from 'node:path';
import { readAuditEntries } from '../../pipeline/edge/auditTrail.ts';
import type { Case } from '../cases/caseFolder.ts';
import { type Collected, collect } from './collect.ts';
import type { Deployment } from './deployment.ts';
import { awaitDrained, awaitExecution, describe, type StateVisit } from './execution.ts';
import { type Outcome, toOutcome } from './outcome.ts';
import { seedSession } from './session.ts';
import { uploadRecording } from './upload.ts';

export interface RunOptions {
  /** `DIR`; the case's files go to `DIR/NAME/`. */
  out: string;
  pollMs: number;
  onStates?: (states: StateVisit[]) => void;
  /** The executions of an earlier process that go on in this one: a recording of theirs is no duplicate. */
  resumed?: ReadonlySet<string>;
}

export interface Run {
  outcome: Outcome;
  collected: Collected;
  folder: string;
}

/** The id of the recording that this one duplicates, according to the audit. */
async function originalOf(deployment: Deployment, meetingId: string, recordingId: string): Promise<string | undefined> {
  const entries = await readAuditEntries(deployment.target, meetingId, deployment.clients.dynamodb);
  const skipped = entries.find((entry) => entry.action === 'RECORDING_SKIPPED' && entry.recordingId === recordingId);
  const original = skipped?.detail?.['original'];
  return typeof original === 'string' ? original : undefined;
}

/**
 * Runs one case from upload to files: what the EHR, the recorder and the clinician's viewer would do around the
 * workflow.
 */
export async function runCase(deployment: Deployment, given: Case, options: RunOptions): Promise<Run> {
  const started = performance.now();
  const session = await seedSession(deployment.supabase, given);
  const uploaded = await uploadRecording(deployment, given, session);
  const first = uploaded[0]?.recordingId ?? '';
  let recordingId = first;
  let execution = await awaitExecution(deployment, recordingId, options);
  if (!execution) {
    // An earlier run uploaded the same bytes: its results are the results of this run too.
    recordingId = (await originalOf(deployment, session.meetingId, first)) ?? first;
    const { pollMs, onStates } = options;
    const shown = { pollMs, ...(onStates && options.resumed?.has(recordingId) && { onStates }) };
    if (recordingId !== first) execution = await awaitExecution(deployment, recordingId, shown);
  }
  const isOwn = options.resumed?.has(recordingId) || uploaded.some((one) => one.recordingId === recordingId);
  const duplicate = !isOwn;
  const isRepeated = session.uploads > 1 || session.redeliveries > 0;
  if (isRepeated) await awaitDrained(deployment);
  // Events come in any order: the second upload may be the one that is taken in, and the first its duplicate.
  const ids = uploaded.map((one) => one.recordingId).filter((id) => isRepeated && id !== recordingId);
  const all = [execution, ...(await Promise.all(ids.map((id) => describe(deployment, id))))];

  const folder = join(options.out, given.name);
  const collected = await collect(deployment, { recordingId, meetingId: session.meetingId }, execution, folder, given);
  const facts = {
    name: given.name,
    recordingId,
    duplicate,
    meetingId: session.meetingId,
    folder,
    executions: all.filter(Boolean).length,
    seconds: Math.round(performance.now() - started) / 1000,
  };
  return { outcome: toOutcome(facts, execution, collected, given.expected), collected, folder };
}
