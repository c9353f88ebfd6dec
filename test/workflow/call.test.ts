import { randomUUID } from 'node:crypto';
import { ListAttendeesCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAll } from '../../local/audit/verify.ts';
import { CallHouse, type Entry, type Person } from './callHouse.ts';

let house: CallHouse;
beforeAll(async () => {
  house = await CallHouse.open();
});
afterAll(() => house[Symbol.asyncDispose]());

interface Visit {
  provider: Person;
  patient: Person;
  appointment: string;
}

async function visit(): Promise<Visit> {
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  return { provider, patient, appointment: await house.appointment(provider, patient) };
}

/** Both are in the meeting, the patient admitted, and the database knows it. */
async function underWay() {
  const { provider, patient, appointment } = await visit();
  const created = await house.create(provider, appointment);
  const meetingId = created.meeting.MeetingId;
  const joined = await house.join(patient, meetingId);
  const devices = { provider: house.enter(created), patient: house.enter(joined) };
  await house.done(provider, { action: 'admit', meetingId, userId: patient.id });
  await expectPresent(created.session.id, [provider, patient]);
  return { provider, patient, appointment, created, joined, meetingId, sessionId: created.session.id, devices };
}

/** Events arrive a moment after what they tell of. */
async function expectPresent(sessionId: string, people: readonly Person[]): Promise<void> {
  const there = async () => {
    const rows = await house.product.rows('call_presence', 'session_id', sessionId);
    return new Set(rows.flatMap((row) => (row['left_at'] === null ? [row['user_id']] : [])));
  };
  await expect.poll(there).toEqual(new Set(people.map(({ id }) => id)));
}

const idsOf = (people: readonly Person[]) => people.map(({ id }) => id).sort();

test('provider creates, patient joins from another device, and both are there', async () => {
  const { provider, patient, appointment } = await visit();
  const created = await house.create(provider, appointment, { door: 'lambda' });
  const meetingId = created.meeting.MeetingId;
  expect(created).toMatchObject({
    meeting: { ExternalMeetingId: created.session.id, MediaRegion: 'eu-west-1' },
    attendee: { ExternalUserId: provider.id },
    session: { status: 'active' },
    admitted: true,
  });
  expect(await house.session(created.session.id)).toMatchObject({
    appointment_id: appointment,
    provider_id: provider.id,
    patient_id: patient.id,
    created_by: provider.id,
    status: 'active',
    meeting_id: meetingId,
    join_token: null,
  });
  // From the app of another family, through the other door.
  const joined = await house.create(patient, appointment, { door: 'edge', family: 'firebase' });
  expect(joined).toMatchObject({ meeting: { MeetingId: meetingId }, session: created.session, admitted: false });
  expect(joined.attendee.AttendeeId).not.toBe(created.attendee.AttendeeId);
  for (const entry of [created, joined]) house.enter(entry);
  expect(house.present(meetingId).sort()).toEqual(idsOf([provider, patient]));
  await expectPresent(created.session.id, [provider, patient]);
  expect(await house.participants(created.session.id)).toMatchObject({
    [provider.id]: { role: 'provider', status: 'joined', attendee_id: created.attendee.AttendeeId },
    [patient.id]: { role: 'patient', status: 'joined', attendee_id: joined.attendee.AttendeeId },
  });
  expect(await house.session(created.session.id)).toMatchObject({ total_participants: 2, max_participants_reached: 2 });
  const kept = [
    await house.session(created.session.id),
    await house.participants(created.session.id),
    await house.product.rows('call_meetings', 'session_id', created.session.id),
  ];
  for (const { attendee } of [created, joined]) expect(JSON.stringify(kept)).not.toContain(attendee.JoinToken);
});

test('the patient hears nothing and is not heard until she is admitted', async () => {
  const { provider, patient, appointment } = await visit();
  const created = await house.create(provider, appointment);
  const meetingId = created.meeting.MeetingId;
  house.enter(created);
  const device = house.enter(await house.join(patient, meetingId));
  const flows = () =>
    (['Audio', 'Video', 'Content'] as const).flatMap((medium) => [
      device.can(medium, 'Send'),
      device.can(medium, 'Receive'),
    ]);
  expect(new Set(flows())).toEqual(new Set([false]));
  expect(await house.done(provider, { action: 'status', meetingId })).toMatchObject({ waiting: [patient.id] });
  await house.done(provider, { action: 'admit', meetingId, userId: patient.id });
  expect(new Set(flows())).toEqual(new Set([true]));
  expect(await house.done(patient, { action: 'status', meetingId })).toMatchObject({ waiting: [] });
  // Whoever was admitted does not wait again on another device.
  const again = await house.join(patient, meetingId);
  expect(again).toMatchObject({ admitted: true, attendee: { Capabilities: { Audio: 'SendReceive' } } });
});

test('whoever loses the network comes back as the same attendee, and a second device takes over', async () => {
  const { patient, provider, meetingId, sessionId, joined, devices } = await underWay();
  devices.patient.drop();
  await expectPresent(sessionId, [provider]);
  const again = await house.join(patient, meetingId, { door: 'edge' });
  expect(again.attendee).toEqual({ ...joined.attendee, Capabilities: expect.anything() as object });
  expect(again.renewed).toBeUndefined();
  house.enter(again);
  await expectPresent(sessionId, [provider, patient]);
  const tablet = house.enter(await house.join(patient, meetingId, { family: 'firebase' }));
  expect(house.present(meetingId).filter((id) => id === patient.id)).toHaveLength(1);
  tablet.leave();
  await expectPresent(sessionId, [provider]);
  const { Attendees = [] } = await house.chime.send(new ListAttendeesCommand({ MeetingId: meetingId }));
  expect(Attendees.map(({ ExternalUserId = '' }) => ExternalUserId).sort()).toEqual(idsOf([provider, patient]));
  const intervals = await house.product.rows('call_presence', 'session_id', sessionId);
  expect(intervals.filter((row) => row['user_id'] === patient.id)).toHaveLength(2);
});

test('the provider ends it: nobody is there, and the record says how long it was and who ended it', async () => {
  const { provider, patient, meetingId, sessionId, devices } = await underWay();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await house.ask(patient, { action: 'end', meetingId })).toMatchObject({
    status: 403,
    body: { code: 'OnlyTheProvider' },
  });
  expect(await house.done(provider, { action: 'end', meetingId })).toEqual({
    session: { id: sessionId, status: 'ended' },
  });
  expect(await devices.patient.ended).toBe(5);
  expect(house.product.stack.chime.meetings().find(({ id }) => id === meetingId)).toMatchObject({ end: 'deleted' });
  const session = await house.session(sessionId);
  expect(session).toMatchObject({ status: 'ended', ended_by: provider.id, ended_at: expect.any(String) as string });
  const wanted = Math.round(
    (Date.parse(String(session['ended_at'])) - Date.parse(String(session['started_at']))) / 1000,
  );
  expect(wanted).toBeGreaterThan(0);
  expect(session['duration_seconds']).toBe(wanted);
  const rows = await house.participants(sessionId);
  for (const { id } of [provider, patient]) {
    expect(rows[id]).toMatchObject({ status: 'left', left_at: session['ended_at'] });
    expect(Math.abs(Number(rows[id]?.['duration_seconds']) - wanted)).toBeLessThanOrEqual(1);
  }
  for (const action of ['join', 'admit', 'mute', 'remove'].map((action) => ({
    action,
    meetingId,
    userId: patient.id,
  }))) {
    expect(await house.ask(provider, action)).toMatchObject({ status: 409, body: { code: 'MeetingEnded' } });
  }
  expect(await house.done(provider, { action: 'end', meetingId })).toMatchObject({ session: { status: 'ended' } });
  expect(await house.done(patient, { action: 'status', meetingId })).toMatchObject({
    status: 'ended',
    present: [],
    seconds: wanted,
  });
});

test('the next visit of the same appointment is another session', async () => {
  const { provider, appointment, meetingId, sessionId } = await underWay();
  await house.done(provider, { action: 'end', meetingId });
  const next = await house.create(provider, appointment);
  expect(next.session.id).not.toBe(sessionId);
  expect(next.meeting.MeetingId).not.toBe(meetingId);
});

test('a stranger, a meeting that is not there and a missing token', async () => {
  const { meetingId } = await underWay();
  const [stranger] = (await house.people(1)) as [Person];
  const nobody = { id: randomUUID(), firebaseUid: 'nobody' };
  const before = house.chimeCalls();
  const codes = async (answer: ReturnType<typeof house.ask>) => {
    const { status, body } = await answer;
    return [status, body.code];
  };
  expect(await codes(house.ask(stranger, { action: 'join', meetingId }))).toEqual([403, 'NotAParticipant']);
  expect(await codes(house.ask(nobody, { action: 'join', meetingId }))).toEqual([403, 'UnknownUser']);
  expect(await codes(house.ask(stranger, { action: 'join', meetingId: randomUUID() }))).toEqual([
    404,
    'MeetingNotFound',
  ]);
  const response = await fetch(`${house.product.stack.env['API_URL']}/meetings`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(401);
  expect(house.chimeCalls()).toBe(before);
});

test('three more people: each is named by the provider and then gets a token of her own', async () => {
  const { provider, patient, meetingId, sessionId } = await underWay();
  const others = await house.people(3);
  const unknown = randomUUID();
  const userIds = [...others.map(({ id }) => id), unknown];
  const named = await house.done(provider, { action: 'batch-join', meetingId, userIds });
  expect(named.attendees?.map(({ userId }) => userId).sort()).toEqual(idsOf(others));
  expect(named.errors).toEqual([{ userId: unknown, code: 'UnknownUser' }]);
  const entries: Entry[] = [];
  for (const [at, other] of others.entries()) {
    entries.push(await house.join(other, meetingId, { door: at === 0 ? 'edge' : 'lambda' }));
  }
  expect(entries.map(({ attendee }) => attendee.AttendeeId)).toEqual(
    named.attendees?.map(({ attendeeId }) => attendeeId),
  );
  expect(new Set(entries.map(({ attendee }) => attendee.JoinToken)).size).toBe(3);
  for (const entry of entries) house.enter(entry);
  await expectPresent(sessionId, [provider, patient, ...others]);
  expect(await house.session(sessionId)).toMatchObject({ total_participants: 5, max_participants_reached: 5 });
  // Naming them again changes nobody's attendee.
  const again = await house.done(provider, { action: 'batch-join', meetingId, userIds: userIds.slice(0, 3) });
  expect(new Set(again.attendees)).toEqual(new Set(named.attendees));
  expect(await house.ask(others[0] as Person, { action: 'admit', meetingId, userId: patient.id })).toMatchObject({
    status: 403,
  });
});

test('mute, removal and readmission', async () => {
  const { provider, patient, meetingId, joined, devices } = await underWay();
  const speaks = () => [devices.patient.can('Audio', 'Send'), devices.patient.can('Audio', 'Receive')];
  await house.done(provider, { action: 'mute', meetingId, userId: patient.id });
  expect(speaks()).toEqual([false, true]);
  await house.done(provider, { action: 'mute', meetingId, userId: patient.id, muted: false });
  expect(speaks()).toEqual([true, true]);
  expect(await house.done(provider, { action: 'remove', meetingId, userId: patient.id })).toEqual({
    userId: patient.id,
    status: 'removed',
  });
  expect(await devices.patient.ended).toBe(22);
  expect(() => house.enter(joined)).toThrow('signalingBadRequest');
  for (const action of ['join', 'status', 'report']) {
    const body = { action, meetingId, kind: 'survey', values: {} };
    expect(await house.ask(patient, body)).toMatchObject({ status: 403, body: { code: 'NotAParticipant' } });
  }
  const named = await house.done(provider, { action: 'batch-join', meetingId, userIds: [patient.id] });
  const back = await house.join(patient, meetingId);
  expect(back).toMatchObject({ admitted: false, attendee: { AttendeeId: named.attendees?.[0]?.attendeeId } });
  expect(back.attendee.AttendeeId).not.toBe(joined.attendee.AttendeeId);
  house.enter(back);
  await house.done(provider, { action: 'admit', meetingId, userId: patient.id });
  expect(house.present(meetingId).sort()).toEqual(idsOf([provider, patient]));
  expect(await house.ask(provider, { action: 'remove', meetingId, userId: provider.id })).toMatchObject({
    status: 400,
  });
  expect(await house.ask(provider, { action: 'mute', meetingId, userId: randomUUID() })).toMatchObject({
    status: 404,
    body: { code: 'ParticipantNotFound' },
  });
});

test('reports are kept, and status tells who is there', async () => {
  const { provider, patient, meetingId, sessionId } = await underWay();
  const values = { jitter: 12.5, network: 'wifi', dropped: true };
  await house.done(patient, { action: 'report', meetingId, kind: 'quality', values }, { door: 'edge' });
  expect(await house.product.rows('call_quality', 'session_id', sessionId)).toMatchObject([
    { user_id: patient.id, kind: 'quality', values },
  ]);
  const status = await house.done(provider, { action: 'status', meetingId });
  expect(status).toMatchObject({
    session: { id: sessionId },
    status: 'active',
    endedAt: null,
    isRecording: false,
    waiting: [],
  });
  const present = status['present'] as { userId: string; role: string }[];
  expect(new Set(present.map(({ userId, role }) => `${userId} ${role}`))).toEqual(
    new Set([`${provider.id} provider`, `${patient.id} patient`]),
  );
  expect(JSON.stringify(status)).not.toContain('JoinToken');
});

test('a meeting that Chime ended by itself is renewed: one session, two meetings', async () => {
  const { provider, patient, appointment, meetingId, sessionId } = await underWay();
  await house.endAtChime(meetingId);
  // One comes before Chime has told of the end, or after it: the answer is the same.
  const renewed = await house.join(patient, meetingId);
  expect(renewed).toMatchObject({ renewed: true, admitted: true, session: { id: sessionId, status: 'active' } });
  expect(renewed.meeting.MeetingId).not.toBe(meetingId);
  const other = await house.create(provider, appointment);
  expect(other.meeting.MeetingId).toBe(renewed.meeting.MeetingId);
  for (const entry of [renewed, other]) house.enter(entry);
  await expectPresent(sessionId, [provider, patient]);
  const meetings = await house.product.sql(
    `select meeting_id, attempt, ended_at is null from public.call_meetings where session_id = '${sessionId}' order by attempt`,
  );
  expect(meetings.map(([id, , isOpen]) => [id, isOpen])).toEqual([
    [meetingId, 'f'],
    [renewed.meeting.MeetingId, 't'],
  ]);
  expect(await house.session(sessionId)).toMatchObject({ status: 'active', total_participants: 2 });
  await house.done(provider, { action: 'end', meetingId: renewed.meeting.MeetingId });
  await house.carry();
  const proofs = (id: string) => verifyAll(house.product.deployment, id, new Date());
  const ofSession = await proofs(sessionId);
  expect(ofSession).toEqual([...(await proofs(meetingId)), ...(await proofs(renewed.meeting.MeetingId))]);
  expect(ofSession.map(({ report }) => report.faults)).toEqual([[], []]);
  const actionsOf = async (id: string) => (await house.product.audit(id)).map(({ action }) => action);
  expect(await actionsOf(renewed.meeting.MeetingId)).toEqual(
    expect.arrayContaining(['CREATED', 'ATTENDEE_ADDED', 'JOINED', 'LEFT', 'ENDED']),
  );
});

test('Chime is down when the provider ends it: 503, then 200, and nobody comes in meanwhile', async () => {
  const { provider, patient, meetingId, sessionId, devices } = await underWay();
  const { faults, clock } = house.product.stack;
  faults.addOutage({ target: 'chime', until: clock.now() + 3_600_000 });
  expect(await house.ask(provider, { action: 'end', meetingId })).toMatchObject({
    status: 503,
    body: { code: 'ChimeUnavailable' },
  });
  expect(await house.session(sessionId)).toMatchObject({ status: 'ended', ended_by: provider.id });
  expect(await house.ask(patient, { action: 'join', meetingId })).toMatchObject({ status: 409 });
  faults.clear();
  expect(devices.patient.state).toBe('online');
  await house.done(provider, { action: 'end', meetingId }, { door: 'edge' });
  expect(await devices.patient.ended).toBe(5);
  const [open] = await house.product.sql(
    `select count(*) from public.call_meetings where session_id = '${sessionId}' and ended_at is null`,
  );
  expect(open).toEqual(['0']);
});

test('Chime is down when somebody creates: the session failed with its name, and the next press is another attempt', async () => {
  const { provider, appointment } = await visit();
  const { faults, clock } = house.product.stack;
  faults.addOutage({ target: 'chime', until: clock.now() + 3_600_000 });
  expect(await house.ask(provider, { action: 'create', appointmentId: appointment })).toMatchObject({ status: 503 });
  faults.clear();
  const rows = () => house.product.rows('video_call_sessions', 'appointment_id', appointment);
  expect(await rows()).toMatchObject([{ status: 'failed', error_message: 'ChimeUnavailable' }]);
  await house.create(provider, appointment);
  expect(await rows()).toMatchObject([
    { status: 'active', error_message: null, error_occurred_at: null, call_attempt: 2 },
  ]);
});

describe('what becomes of somebody in the middle of a call', () => {
  test('a user who is deleted is nobody', async () => {
    const { provider, patient, meetingId } = await underWay();
    await house.product.sql(`delete from public.users where id = '${patient.id}'`);
    const before = house.chimeCalls();
    for (const body of [
      { action: 'join', meetingId },
      { action: 'status', meetingId },
    ]) {
      expect(await house.ask(patient, body)).toMatchObject({ status: 403, body: { code: 'UnknownUser' } });
    }
    expect(house.chimeCalls()).toBe(before);
    await house.done(provider, { action: 'end', meetingId });
  });

  test.each(['supabase', 'firebase'] as const)(
    'a token of %s that has expired lets nobody in, a new one does',
    async (family) => {
      const { patient, meetingId, joined } = await underWay();
      const expired = { claims: { exp: Math.floor(Date.now() / 1000) - 120 }, family };
      const before = house.chimeCalls();
      expect(await house.ask(patient, { action: 'join', meetingId }, expired)).toMatchObject({
        status: 401,
        body: { code: 'InvalidToken' },
      });
      expect(house.chimeCalls()).toBe(before);
      expect(await house.join(patient, meetingId, { family })).toMatchObject({
        attendee: { AttendeeId: joined.attendee.AttendeeId },
      });
    },
  );

  test('the appointment is closed: whoever is in stays, and nobody opens it anew', async () => {
    const { provider, patient, appointment, meetingId } = await underWay();
    await house.product.sql(`update public.appointments set status = 'Completed' where id = '${appointment}'`);
    expect(await house.ask(patient, { action: 'create', appointmentId: appointment })).toMatchObject({
      status: 409,
      body: { code: 'AppointmentNotOpen' },
    });
    expect(await house.join(patient, meetingId)).toMatchObject({ meeting: { MeetingId: meetingId } });
    await house.done(provider, { action: 'end', meetingId });
  });
});

test('nobody meets herself, and no visit of which the other does not exist', async () => {
  const [person] = (await house.people(1)) as [Person];
  const appointmentId = await house.appointment(person, person);
  const before = house.chimeCalls();
  expect(await house.ask(person, { action: 'create', appointmentId })).toMatchObject({
    status: 409,
    body: { code: 'AppointmentNotOpen' },
  });
  expect(house.chimeCalls()).toBe(before);
});

test('a meeting holds 250 people, and the 251st is told so', async () => {
  const { provider, meetingId, sessionId } = await underWay();
  const others = await house.people(249);
  const errors: unknown[] = [];
  for (const from of [0, 100, 200]) {
    const userIds = others.slice(from, from + 100).map(({ id }) => id);
    errors.push(...((await house.done(provider, { action: 'batch-join', meetingId, userIds })).errors ?? []));
  }
  expect(errors).toHaveLength(1);
  const entries = await Promise.all(others.slice(0, 20).map((other) => house.join(other, meetingId, { door: 'edge' })));
  expect(new Set(entries.map(({ meeting }) => meeting.MeetingId))).toEqual(new Set([meetingId]));
  const left = others.find(({ id }) => (errors[0] as { userId: string }).userId === id) as Person;
  const refused = await house.ask(left, { action: 'join', meetingId });
  expect(refused).toMatchObject({ status: 409, body: { code: 'MeetingFull' } });
  expect(await house.session(sessionId)).toMatchObject({ status: 'active' });
});
