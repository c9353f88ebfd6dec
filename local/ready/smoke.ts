import { setTimeout as pause } from 'node:timers/promises';
import { callPrices } from '../../infra/callCost.ts';
import type { AuditAction } from '../../pipeline/audit.ts';
import { readAuditEntries } from '../../pipeline/edge/auditTrail.ts';
import { verifyMeeting } from '../audit/verify.ts';
import { CommandError, counted } from '../commandLine.ts';
import type { Deployment } from '../replay/deployment.ts';
import { unreadable } from '../replay/unreadable.ts';
import type { Row } from './question.ts';
import { remedyFor } from './remedies.ts';
import type { Testers } from './testers.ts';

/** A call that is tried through a deployment's own door. */
export interface Trial extends Testers {
  /** Of the HTTP API. */
  apiUrl: string;
  deployment: Deployment;
  /** How long the audit trail is waited for. */
  waitMs: number;
}

type Who = keyof Testers['tokens'];

interface Answer {
  status: number;
  /** Of a refusal; `NoAnswer` where there was none. */
  code?: string;
  meeting?: { MeetingId: string };
  attendee?: { AttendeeId: string };
  session?: { id: string; status: string };
}

/**
 * Holds a call of two people without sound or picture: the provider opens it, the patient joins it, the provider ends it,
 * and its audit trail is proved. Whatever goes wrong, no meeting is left behind.
 * @param say gets each row as soon as it is known
 * @throws CommandError where the appointment has a call under way: that one is somebody's
 */
export async function holdCall(trial: Trial, say: (row: Row) => void): Promise<{ rows: Row[]; cost: string }> {
  await refuseUnderWay(trial);
  const rows: Row[] = [];
  const keep = (row: Row) => {
    rows.push(row);
    say(row);
    return row.verdict === 'right';
  };
  const begun = performance.now();
  const silent = { enableRecording: false, enableTranscription: false };
  const created = await ask(trial, 'provider', { action: 'create', appointmentId: trial.appointmentId, ...silent });
  const meetingId = created.meeting?.MeetingId;
  keep(toRow('the provider opens the call', created, created.attendee !== undefined, 'the meeting and her attendee'));
  if (meetingId === undefined) return { rows, cost: describeCost(0) };
  const joined = await ask(trial, 'patient', { action: 'join', meetingId });
  const isSame = joined.meeting?.MeetingId === meetingId;
  const isOther = joined.attendee !== undefined && joined.attendee.AttendeeId !== created.attendee?.AttendeeId;
  keep(toRow('the patient joins it', joined, isSame && isOther, 'the same meeting, and another attendee'));
  const ended = await end(trial, meetingId);
  const minutes = (performance.now() - begun) / 60_000;
  const isOver = ended.session?.status === 'ended';
  if (keep(toRow('the provider ends it', ended, isOver, 'the session is ended')))
    keep(await proveTrail(trial, meetingId, isOther ? 2 : 1));
  return { rows, cost: describeCost(minutes) };
}

/** Ends the call, as the patient where the tokens were exchanged: the answer is the provider's. */
async function end(trial: Trial, meetingId: string): Promise<Answer> {
  const request = { action: 'end', meetingId };
  const answer = await ask(trial, 'provider', request);
  if (answer.status !== 200) await ask(trial, 'patient', request);
  return answer;
}

async function refuseUnderWay({ deployment: { supabase }, appointmentId }: Trial): Promise<void> {
  const query = supabase.from('video_call_sessions').select('id').eq('appointment_id', appointmentId);
  const { data, error } = await query.eq('status', 'active').limit(1);
  // An appointment that is no uuid, where they all are: the door says so.
  if (error?.code === '22P02') return;
  if (error) throw unreadable('video_call_sessions', error);
  if (data.length > 0)
    throw new CommandError(
      `appointment ${appointmentId} has a call under way: end it, or name another in SMOKE_APPOINTMENT`,
    );
}

async function ask({ apiUrl, tokens }: Trial, who: Who, body: Record<string, unknown>): Promise<Answer> {
  try {
    const response = await fetch(`${apiUrl}/meetings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { ...((await response.json()) as Answer), status: response.status };
  } catch {
    return { status: 0, code: 'NoAnswer' };
  }
}

function toRow(what: string, { status, code }: Answer, right: boolean, wanted: string): Row {
  const refused = code === 'NoAnswer' ? 'no answer' : `${status} ${code ?? 'without a code'}`;
  const found = status !== 200 ? refused : right ? wanted : 'another answer';
  return {
    topic: 'calls',
    what,
    asked: 'POST /meetings',
    wanted,
    todo: remedyFor(status === 200 ? 'AnotherAnswer' : code),
    found,
    verdict: status === 200 && right ? 'right' : 'lacks',
  };
}

/** The actions that are not there, or not as often as wanted. */
export function missingFrom(there: readonly AuditAction[], wanted: readonly AuditAction[]): AuditAction[] {
  const left = [...there];
  return wanted.filter((action) => {
    const at = left.indexOf(action);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Waits until the trail has what happened, and proves it. */
async function proveTrail({ deployment, waitMs }: Trial, meetingId: string, attendees: number): Promise<Row> {
  const wanted: AuditAction[] = ['CREATED', ...Array<AuditAction>(attendees).fill('ATTENDEE_ADDED'), 'ENDED'];
  const row = { topic: 'calls', what: 'its audit trail', asked: 'dynamodb:Query', wanted: wanted.join(', ') } as const;
  const until = performance.now() + waitMs;
  let missing = wanted;
  for (;;) {
    const entries = await readAuditEntries(deployment.target, meetingId, deployment.clients.dynamodb);
    missing = missingFrom(
      entries.map(({ action }) => action),
      wanted,
    );
    if (missing.length === 0 || performance.now() >= until) break;
    await pause(1_000);
  }
  if (missing.length > 0) {
    const found = `still waiting for ${missing.join(', ')} after ${Math.round(waitMs / 1000)} s`;
    const todo = `carryAudit carries them every minute: npm run audit -- verify ${meetingId}, and AuditNotCarried in RUNBOOK.md`;
    return { ...row, found, todo, verdict: 'lacks' };
  }
  const { faults, entries } = await verifyMeeting(deployment, meetingId, new Date());
  return {
    ...row,
    found: faults[0] ?? `the chain of meeting ${meetingId} is whole (${counted(entries, 'entry', 'entries')})`,
    todo: 'Answer an auditor in RUNBOOK.md: it is a security incident',
    verdict: faults.length === 0 ? 'right' : 'lacks',
  };
}

/** What a call may cost that is tried: two attendees of a minute each. */
export const mostUsd = (minutes = 1): number => 2 * minutes * callPrices.attendee.usd;

function describeCost(minutes: number): string {
  const { usd, mark } = callPrices.attendee;
  const tenths = Math.ceil(minutes * 10) / 10;
  return (
    `it cost at most ${mostUsd(tenths).toFixed(4)} USD: ${(2 * tenths).toFixed(1)} attendee minutes at ${usd} USD (${mark}), ` +
    'and nothing if Chime bills only whoever has sound or picture, which nobody had'
  );
}
