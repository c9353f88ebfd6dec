import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ToSweep } from '../../pipeline/callPorts.ts';
import {
  type Capture,
  type CaptureState,
  captureReasons,
  captureStates,
  type RecordingFacts,
} from '../../pipeline/meetings/capture.ts';
import { Clinic, patient, provider, session } from './clinic.ts';

/** A session in a meeting, with both its people there; each has said something else to the recording. */
let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
  await clinic.db.exec(`
    update public.video_call_sessions set status = 'active', recording_enabled = true, call_touched_at = '${at}';
    insert into public.call_meetings (meeting_id, session_id, attempt, control_region, media_region, data, created_at, seen_at)
    values ('m1', '${session}', 1, 'eu-central-1', 'eu-west-1', '{"MeetingArn": "arn:m1"}', '${at}', '${at}');
    insert into public.video_call_participants (video_call_id, user_id, role, status, attendee_id, attendee_meeting_id, admitted_at)
    values ('${session}', '${provider}', 'provider', 'joined', 'at-a', 'm1', '${at}'),
      ('${session}', '${patient}', 'patient', 'joined', 'at-c', 'm1', null);
    insert into public.call_presence (session_id, meeting_id, user_id, attendee_id, joined_at)
    values ('${session}', 'm1', '${provider}', 'at-a', '${at}'), ('${session}', 'm1', '${patient}', 'at-c', '${at}');`);
  await ask('record_consent', { ...consent, userId: provider, decision: 'given' });
});
afterAll(() => clinic.db.close());

const at = '2026-03-02T10:00:00.000Z';
const meetingId = 'm1';
const consent = {
  sessionId: session,
  meetingId,
  textVersion: 'v1',
  textSha256: 'a'.repeat(64),
  language: 'en',
  withdrawn: 'discard',
  at: '2026-03-02T10:00:01.000Z',
};
const ask = <T>(rpc: string, p: object) => clinic.answer<T>('service_role', rpc, { p });
const facts = () => ask<RecordingFacts>('recording_facts', { meetingId });

const capture: Capture = {
  state: 'joining',
  reason: 'Ended',
  since: '2026-03-02T10:09:00.123Z',
  captureId: 'c1',
  captureArn: 'arn:c1',
  startedAt: '2026-03-02T10:01:00.001Z',
  endedAt: '2026-03-02T10:08:59.999Z',
  expectedMs: 478_998,
  gapMs: 0,
  joinedMs: null,
  attempt: 1,
  concatenationId: 'j1',
  concatenationIds: ['j1'],
  isSettled: true,
};

/** Writes it over whatever stands. */
async function keep(next: Capture) {
  const { version } = await facts();
  const p = { meetingId, version, capture: next, at };
  return ask<{ outcome: string; facts: RecordingFacts }>('keep_capture', p);
}

test('the facts are what the rules of a recording read', async () => {
  const seat = { status: 'joined', muted: false, attendeeMeetingId: meetingId, isRecorded: false } as const;
  const agreed = { decision: 'given', textVersion: 'v1' } as const;
  const expected: RecordingFacts = {
    sessionId: session,
    meetingId,
    meetingArn: 'arn:m1',
    controlRegion: 'eu-central-1',
    mediaRegion: 'eu-west-1',
    isOver: false,
    recordingEnabled: true,
    providerCame: true,
    isSpoilt: false,
    isWithdrawn: false,
    withdrawn: 'discard',
    present: [
      { userId: provider, role: 'provider', consent: agreed },
      { userId: patient, role: 'patient', consent: null },
    ],
    participants: [
      { ...seat, userId: provider, role: 'provider', admitted: true, attendeeId: 'at-a', consent: agreed },
      { ...seat, userId: patient, role: 'patient', admitted: false, attendeeId: 'at-c', consent: null },
    ],
    captionsOn: false,
    touched: '2026-03-02T10:00:01.000Z',
    capture: null,
    version: 0,
  };
  expect(await facts()).toEqual(expected);
});

test('a capture is told as it was written, with all that it has and with nothing', async () => {
  expect((await keep(capture)).facts.capture).toEqual(capture);
  const bare: Capture = {
    ...capture,
    reason: null,
    captureId: null,
    captureArn: null,
    startedAt: null,
    endedAt: null,
    expectedMs: null,
    gapMs: null,
    concatenationId: null,
    isSettled: false,
    attempt: 0,
  };
  expect((await keep(bare)).facts.capture).toEqual(bare);
});

const shown: Readonly<Record<CaptureState, string>> = {
  starting: 'recording',
  running: 'recording',
  stopping: 'recording',
  over: 'joining',
  joining: 'joining',
  joined: 'ready',
  incomplete: 'incomplete',
  missing: 'missing',
  discarded: 'discarded',
  refused: 'refused',
};
const atAnEnd: readonly CaptureState[] = ['joined', 'incomplete', 'missing', 'discarded', 'refused'];

test.each(captureStates)('%s is a state that is kept, shown, and swept until it is an end', async (state) => {
  expect(await keep({ ...capture, state })).toMatchObject({ outcome: 'kept', facts: { capture: { state } } });
  const { recordings } = await ask<{ recordings: unknown }>('call_status', { sessionId: session });
  expect(recordings).toEqual([{ meetingId, state: shown[state], reason: 'Ended' }]);
  const [row] = await clinic.rows('select recording_state, is_recording from public.video_call_sessions');
  expect(row).toEqual({ recording_state: shown[state], is_recording: shown[state] === 'recording' });
  const swept = await ask<ToSweep>('calls_to_sweep', { at: '2026-03-02T10:31:00.001Z', most: 9 });
  const runs = state === 'running' || state === 'stopping';
  expect(swept).toMatchObject({
    recordings: atAnEnd.includes(state) ? [] : [meetingId],
    running: runs ? 1 : 0,
    oldestMs: runs ? 30 * 60_000 : 0,
  });
});

test.each(Object.keys(captureReasons))('%s is a reason that is kept', async (reason) => {
  const kept = await keep({ ...capture, state: 'missing', reason: reason as keyof typeof captureReasons });
  expect(kept).toMatchObject({ outcome: 'kept', facts: { capture: { reason } } });
});
