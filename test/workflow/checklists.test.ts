import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../../local/services/chime/device.ts';
import { type Asking, CallHouse, type Entry, type Person } from './callHouse.ts';
import { RecordedCall, recordingHouse, toDialogue } from './recordedCall.ts';

/** What the checklists of the former system test, by their numbers; the edge functions run in Deno. */
let house: CallHouse;
/** What the edge function asks others for: schedules and events have work of their own meanwhile. */
const asked: string[] = [];
beforeAll(async () => {
  house = await CallHouse.open({ edge: { runtime: 'deno' } });
  house.product.stack.faults.disturber = {
    call({ target, operation, accessKeyId, invocation }) {
      const isEdge = target === 'supabase' ? invocation === undefined : accessKeyId === 'chime-meeting-token';
      if (isEdge) asked.push(operation.replace('POST /rest/v1/rpc/', ''));
      return undefined;
    },
    outcome: () => undefined,
    invocation: () => undefined,
    event: () => [0],
  };
});
afterAll(() => house[Symbol.asyncDispose]());

describe.each(['supabase', 'firebase'] as const)('with tokens of %s', (family) => {
  const way = (door: 'edge' | 'function' = 'edge'): Asking => ({ family, door });

  interface Visit {
    provider: Person;
    patient: Person;
    created: Entry;
    meetingId: string;
    sessionId: string;
  }

  async function visit(): Promise<Visit> {
    const [provider, patient] = (await house.people(2)) as [Person, Person];
    const created = await house.create(provider, await house.appointment(provider, patient), way());
    return { provider, patient, created, meetingId: created.meeting.MeetingId, sessionId: created.session.id };
  }

  /** Both are there, and the patient is admitted. */
  async function underWay() {
    const one = await visit();
    const devices: Device[] = [house.enter(one.created)];
    const joined = await house.join(one.patient, one.meetingId, way());
    devices.push(house.enter(joined));
    await house.done(one.provider, { action: 'admit', meetingId: one.meetingId, userId: one.patient.id }, way());
    // Events arrive a moment after what they tell of.
    await expect.poll(async () => (await house.session(one.sessionId))['total_participants']).toBe(2);
    return { ...one, joined, devices };
  }

  const isThere = (meetingId: string) => {
    const found = house.product.stack.chime.meetings().find(({ id }) => id === meetingId);
    return found !== undefined && found.end === undefined;
  };
  const refusedWith = async (person: Person, body: object, door: 'edge' | 'function' = 'edge') => {
    const { status, body: answer } = await house.ask(person, body, way(door));
    return [status, answer.code];
  };

  test('1. provider creates: meeting in Chime, session row `active`, participant row', async () => {
    const { provider, meetingId, sessionId } = await visit();
    expect(isThere(meetingId)).toBe(true);
    expect(await house.session(sessionId)).toMatchObject({ status: 'active', meeting_id: meetingId });
    expect(await house.participants(sessionId)).toMatchObject({ [provider.id]: { role: 'provider' } });
  });

  test('2. patient joins from another device: second attendee, participant count 2, both hear each other', async () => {
    const { created, joined, sessionId, devices } = await underWay();
    expect(joined.attendee.AttendeeId).not.toBe(created.attendee.AttendeeId);
    expect(await house.session(sessionId)).toMatchObject({ total_participants: 2, max_participants_reached: 2 });
    const hears = devices.map((device) => device.can('Audio', 'Send') && device.can('Audio', 'Receive'));
    expect(hears).toEqual([true, true]);
  });

  test('3. provider ends: meeting gone, session `ended`, all `left`, duration, `ended_at`, `ended_by`', async () => {
    const { provider, meetingId, sessionId } = await underWay();
    await pause(1_200);
    await house.done(provider, { action: 'end', meetingId }, way());
    expect(isThere(meetingId)).toBe(false);
    const session = await house.session(sessionId);
    const ended = expect.any(String) as string;
    expect(session).toMatchObject({ status: 'ended', ended_by: provider.id, ended_at: ended });
    const rows = Object.values(await house.participants(sessionId));
    expect(rows.map(({ status }) => status)).toEqual(['left', 'left']);
    for (const { duration_seconds: seconds } of [session, ...rows]) expect(seconds).toBeGreaterThanOrEqual(1);
  });

  test('4. patient loses the network and comes back: seamless', async () => {
    const { patient, meetingId, sessionId, joined, devices } = await underWay();
    devices[1]?.drop();
    const again = await house.join(patient, meetingId, way('function'));
    expect([again.attendee.AttendeeId, again.attendee.JoinToken]).toEqual([
      joined.attendee.AttendeeId,
      joined.attendee.JoinToken,
    ]);
    expect([again.admitted, again.renewed]).toEqual([true, undefined]);
    expect(house.enter(again).can('Audio', 'Send')).toBe(true);
    expect(await house.session(sessionId)).toMatchObject({ status: 'active', total_participants: 2 });
  });

  test('5. another user tries to join: 403', async () => {
    const { meetingId } = await underWay();
    const [other] = (await house.people(1)) as [Person];
    for (const door of ['edge', 'function'] as const) {
      expect(await refusedWith(other, { action: 'join', meetingId }, door)).toEqual([403, 'NotAParticipant']);
    }
  });

  test('6. several meetings at once do not interfere', async () => {
    const visits = await Promise.all(Array.from({ length: 4 }, () => underWay()));
    expect(new Set(visits.map(({ meetingId }) => meetingId)).size).toBe(4);
    for (const { meetingId, provider, patient } of visits) {
      expect(house.present(meetingId).toSorted()).toEqual([provider.id, patient.id].toSorted());
    }
    const [first, ...others] = visits;
    await house.done(first?.provider as Person, { action: 'end', meetingId: first?.meetingId }, way());
    expect(visits.map(({ meetingId }) => isThere(meetingId))).toEqual([false, true, true, true]);
    const states = await Promise.all(others.map(({ sessionId }) => house.session(sessionId)));
    expect(states.map(({ status }) => status)).toEqual(['active', 'active', 'active']);
    expect(others.flatMap(({ devices }) => devices.map(({ state }) => state))).toEqual(Array(6).fill('online'));
  });

  test('9. group call: three and more ids, each gets a token', async () => {
    const { provider, meetingId } = await underWay();
    const others = await house.people(4);
    const userIds = others.map(({ id }) => id);
    const named = await house.done(provider, { action: 'batch-join', meetingId, userIds }, way());
    expect(named.errors).toEqual([]);
    const entries = await Promise.all(others.map((other) => house.join(other, meetingId, way())));
    expect(new Set(entries.map(({ attendee }) => attendee.JoinToken)).size).toBe(4);
    expect(entries.map(({ attendee }) => attendee.AttendeeId).toSorted()).toEqual(
      named.attendees?.map(({ attendeeId }) => attendeeId).toSorted(),
    );
  });

  test('10. a meeting that does not exist: 404; no authorization: 401, once 403; ending as patient: 403', async () => {
    const { patient, meetingId } = await underWay();
    expect(await refusedWith(patient, { action: 'join', meetingId: randomUUID() })).toEqual([404, 'MeetingNotFound']);
    expect(await refusedWith(patient, { action: 'end', meetingId })).toEqual([403, 'OnlyTheProvider']);
    const url = `${house.product.stack.env['SUPABASE_URL']}/functions/v1/chime-meeting-token`;
    const { status } = await fetch(url, { method: 'POST', body: JSON.stringify({ action: 'join', meetingId }) });
    expect(status).toBe(401);
    expect(isThere(meetingId)).toBe(true);
  });

  // The file of the SDK, and that it is there at the second visit: test/infra/cdn/browser.test.ts. How long a call takes
  // depends on where it goes; how many there are, one after the other, does not.
  test('11. a meeting is created, and one hears in it, after few round trips', async () => {
    const { provider, patient } = await visit();
    const appointmentId = await house.appointment(provider, patient);
    const first = ['call_context', 'open_session', 'call_participant'];
    asked.length = 0;
    const created = await house.create(provider, appointmentId, way());
    expect(asked).toEqual([...first, 'CreateMeeting', 'record_meeting', 'CreateAttendee', 'record_attendee']);
    asked.length = 0;
    const joined = await house.join(patient, created.meeting.MeetingId, way());
    expect(asked).toEqual([...first, 'CreateAttendee', 'record_attendee']);
    // The answer is all that a phone needs.
    expect([created, joined].map((entry) => house.enter(entry).state)).toEqual(['online', 'online']);
  });
});

describe('of a visit that was recorded', () => {
  const said = ['clinician: Good morning. What brings you in?', 'patient: I have had a cough for three days.'];
  let recorder: CallHouse;
  let call: RecordedCall;
  let id = '';
  beforeAll(async () => {
    const at = await recordingHouse({ edge: { runtime: 'deno' } });
    recorder = at.house;
    await recorder.product.sql(`insert into pipeline.settings values ('session_transcript', 'on')`);
    const wishes = { enableRecording: true, enableTranscription: true, transcriptionLanguage: 'en-US' };
    call = await RecordedCall.meet(at, 'firebase');
    await call.ask('clinician', { action: 'join', ...wishes });
    await call.agree();
    await call.say(toDialogue(said));
    await call.end();
    id = String((await call.recordings())[0]?.['recording_id']);
  });
  afterAll(() => recorder[Symbol.asyncDispose]());

  test('7. recording enabled: file in S3, `recording_url`, `recording_completed_at`', async () => {
    const { API_URL } = recorder.product.stack.env;
    expect(await call.session()).toMatchObject({
      recording_enabled: true,
      recording_url: `${API_URL}/recordings/${id}/link`,
      recording_completed_at: expect.any(String) as string,
    });
    const headers = await recorder.headers(call.people.clinician, { claims: { exp: Date.now() } });
    const link = await fetch(`${API_URL}/recordings/${id}/link`, { headers });
    const { url } = (await link.json()) as { url: string };
    const file = await fetch(url);
    expect(file.status).toBe(200);
    expect((await file.bytes()).length).toBeGreaterThan(1_000);
  });

  test('8. transcription enabled: `transcript` filled, language = `transcription_language`', async () => {
    const session = await call.session();
    expect(session).toMatchObject({ transcription_enabled: true, transcription_language: 'en-US' });
    for (const line of said) expect(session['transcript']).toContain(line.replace(/^\w+: /, ''));
    expect(await recorder.product.recording(id)).toMatchObject({ language: session['transcription_language'] });
  });
});
