import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Case } from '../cases/caseFolder.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import { toCallBill } from '../../infra/callCost.ts';
import { verifyAll } from '../audit/verify.ts';
import { counted } from '../commandLine.ts';
import { collect } from '../replay/collect.ts';
import type { Deployment } from '../replay/deployment.ts';
import { awaitExecution } from '../replay/execution.ts';
import { liveStates } from '../replay/liveStates.ts';
import { pageName } from '../replay/page.ts';
import { describeConsultation } from '../replay/summary.ts';
import type { Stack } from '../stack/stack.ts';
import type { Visit } from './visit.ts';

export interface FollowOptions {
  stack: Stack;
  deployment: Deployment;
  /** What was spoken, as a case: nobody hears anything in the recording of it. */
  given: Case;
  out: string;
  say: (line: string) => void;
}

type Row = Record<string, string | number | boolean | null>;

const pollMs = 20;

/**
 * Follows the recording of a visit that has ended, from its chunks to the results and their page, and shows what the
 * health record has of it.
 * @returns whether it came to its results
 */
export async function followRecording({ sessionId, meetingId }: Visit, options: FollowOptions): Promise<boolean> {
  const { deployment, given, out, say } = options;
  say('\nWhat was recorded becomes a consultation (states in virtual time)');
  const capture = await joined(options, meetingId);
  const session = await rowOf(deployment, 'video_call_sessions', 'id', sessionId);
  const recordingId = /\/recordings\/([^/]+)\/link$/.exec(String(session['recording_url']))?.[1];
  if (recordingId === undefined) {
    say(`    it is ${capture['state']}: ${capture['reason']}`);
    return false;
  }
  const execution = await awaitExecution(deployment, recordingId, {
    pollMs,
    onStates: liveStates((line) => say(`  ${line}`)),
  });
  const folder = join(out, 'call');
  const { transcript, consultation } = await collect(deployment, { recordingId, meetingId }, execution, folder, given);
  if (transcript && consultation) for (const line of describeConsultation(transcript, consultation)) say(line);
  await sayRecord(options, sessionId, consultation);
  say(`\nTo read it, open ${join(folder, pageName)}`);
  return consultation !== undefined && session['recording_state'] === 'ready';
}

/** Waits until the recording is there, or never will be. @returns its capture's row */
async function joined({ stack, deployment, say }: FollowOptions, meetingId: string): Promise<Row> {
  const told = new Set<string>();
  const once = (what: string, line: () => string) => {
    if (!told.has(what)) say(line());
    told.add(what);
  };
  for (;;) {
    const row = await rowOf(deployment, 'call_captures', 'meeting_id', meetingId);
    const [state, expectedMs, gapMs] = [String(row['state']), Number(row['expected_ms']), Number(row['gap_ms'])];
    if (row['expected_ms'] !== null) {
      const chunks = counted(stack.chime.pipelines.chunks(meetingId).length, 'chunk');
      once(
        'counted',
        () => `    captures/${meetingId}/: ${chunks}, ${toClock(expectedMs)} in all, ${gapMs} ms missing between them`,
      );
    }
    if (['joined', 'incomplete'].includes(state)) {
      const file = `recordings/${meetingId}/audio/${row['concatenation_id']}.mp4`;
      once('joined', () => `    ${file}: ${toClock(Number(row['joined_ms']))}, joined`);
    }
    if (['joined', 'incomplete', 'missing', 'discarded', 'refused'].includes(state)) return row;
    await pause(pollMs);
  }
}

async function sayRecord(
  { stack, deployment, say }: FollowOptions,
  sessionId: string,
  consultation: Consultation | undefined,
): Promise<void> {
  say('\nWhat the health record has of it');
  const session = await rowOf(deployment, 'video_call_sessions', 'id', sessionId);
  const seconds = Number(session['duration_seconds']);
  const by = session['ended_by'] === session['provider_id'] ? 'the provider' : 'nobody';
  say(
    `    session: ${session['status']} by ${by}, ${toClock(seconds * 1000)} long, ${session['total_participants']} people`,
  );
  say(`    recording: ${session['recording_state']}, ${session['recording_url']}`);
  for (;;) {
    const { messages, executions, ticks } = stack.underWay();
    if (messages + executions + ticks === 0) break;
    await pause(pollMs);
  }
  for (const { report } of await verifyAll(deployment, sessionId, new Date(stack.clock.now()))) {
    const proof = report.faults.length === 0 ? 'none was changed, added or removed' : report.faults.join('; ');
    say(`    audit trail: ${counted(report.entries, 'entry', 'entries')}, ${proof}`);
  }
  const call = { people: Number(session['total_participants']), isRecorded: true, captions: 'no', spoken: 0 } as const;
  const bill = toCallBill({ minutes: seconds / 60, consultations: 1 }, call).at(-1);
  const ai = consultation?.usage.estimatedUsd ?? 0;
  say(
    `    cost: about $${(bill?.each ?? 0).toFixed(2)} for the call and $${ai.toFixed(2)} for what was made of it, at list price`,
  );
}

async function rowOf({ supabase }: Deployment, table: string, column: string, value: string): Promise<Row> {
  const { data, error } = await supabase.from(table).select('*').eq(column, value).single<Row>();
  if (error) throw new Error(`${table}: ${error.message}`);
  return data;
}
