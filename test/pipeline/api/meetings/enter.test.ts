import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyTo } from '../../../../pipeline/api/meetings/applyTo.ts';
import { type Entered, enter } from '../../../../pipeline/api/meetings/enter.ts';
import { capabilitiesOf } from '../../../../pipeline/meetings/capabilities.ts';
import type { CallParticipant } from '../../../../pipeline/meetings/call.ts';
import {
  memoryCall,
  type MemoryCallOptions,
  patientId,
  providerId,
  rowOf,
  sessionId,
  userOf,
} from '../../memoryCall.ts';

type Call = ReturnType<typeof memoryCall>;

/** Opens the visit and goes in, as `create` and `join` do. */
async function press({ ports }: Call, userId: string): Promise<Entered> {
  const opening = { sessionId, userId, wishes: null, mediaRegion: 'eu-west-1', waitingRoom: true };
  const session = await ports.calls.openSession(opening);
  return enter(ports, session, (await ports.calls.participant({ sessionId, userId })) ?? rowOf(userId));
}

function opened(options?: MemoryCallOptions): Call {
  const call = memoryCall(options);
  call.kept.session.status = 'active';
  return call;
}

const alive = ({ kept }: Call) => [...kept.rooms].flatMap(([id, room]) => (room.alive ? [id] : []));
const attendeesIn = ({ kept }: Call, id: string, userId: string) =>
  [...(kept.rooms.get(id)?.attendees.values() ?? [])].filter((one) => one.ExternalUserId === userId);

describe('somebody', () => {
  test('who is first makes the meeting, in the region of the visit, by the token of its attempt', async () => {
    const call = opened();
    call.kept.session.mediaRegion = 'eu-west-1';
    const { session, meeting, attendee, participant } = await enter(call.ports, call.toSession(), rowOf(providerId));
    expect(meeting).toEqual({ MeetingId: 'meeting-1', MediaRegion: 'eu-west-1' });
    expect(session.meeting).toMatchObject({ meetingId: 'meeting-1', attempt: 1, controlRegion: 'eu-central-1' });
    expect(attendee).toMatchObject({ ExternalUserId: providerId, JoinToken: 'secret-attendee-2' });
    expect([attendee.Capabilities.Audio, participant.admitted]).toEqual(['SendReceive', true]);
    expect(call.kept.rooms.get('meeting-1')?.token).toBe(`${sessionId}-1`);
    expect(call.kept.measured).toEqual([['MeetingsCreated', 1]]);
  });

  test('who comes second is in the same meeting, and waits', async () => {
    const call = opened();
    await press(call, providerId);
    const { meeting, attendee, participant } = await press(call, patientId);
    expect([meeting.MeetingId, participant.admitted]).toEqual(['meeting-1', false]);
    expect(attendee.Capabilities.Audio).toBe('None');
    expect(call.kept.calls.filter((name) => name === 'create')).toHaveLength(1);
  });

  test('who comes again is the same attendee, by its token as Chime has it', async () => {
    const call = opened({ person: 'new' });
    const [first, second] = [await press(call, patientId), await press(call, patientId)];
    expect(second.attendee).toEqual(first.attendee);
    expect(call.kept.calls.filter((name) => name === 'createAttendee')).toHaveLength(1);
    expect(JSON.stringify([...call.kept.rows.values()])).not.toContain('secret');
  });

  test('whose attendee was deleted is another one', async () => {
    const call = opened();
    const first = await press(call, patientId);
    call.kept.rooms.get('meeting-1')?.attendees.clear();
    const second = await press(call, patientId);
    expect(second.meeting).toEqual(first.meeting);
    expect(second.attendee.AttendeeId).not.toBe(first.attendee.AttendeeId);
    expect(call.kept.rows.get(patientId)?.attendeeId).toBe(second.attendee.AttendeeId);
  });

  test('whose meeting has ended at Chime goes on in the next one of the same visit', async () => {
    const call = opened();
    await press(call, providerId);
    for (const room of call.kept.rooms.values()) room.alive = false;
    const { session, meeting } = await press(call, providerId);
    expect([session.id, session.attempt, alive(call)]).toEqual([sessionId, 2, [meeting.MeetingId]]);
    expect(call.kept.meetings.map((one) => one.ended)).toEqual([true, false]);
  });

  test('who was admitted while she was away is out of the waiting room', async () => {
    const call = opened();
    await press(call, patientId);
    call.kept.rows.set(patientId, { ...(call.kept.rows.get(patientId) as CallParticipant), admitted: true });
    const { attendee, participant } = await press(call, patientId);
    expect([attendee.Capabilities.Audio, participant.admitted]).toEqual(['SendReceive', true]);
  });
});

test('a visit whose older row names a region of somebody else is held at home', async () => {
  const call = opened();
  call.kept.session.mediaRegion = 'us-east-1';
  const { meeting } = await enter(call.ports, call.toSession(), rowOf(patientId));
  expect(meeting.MediaRegion).toBe('eu-west-1');
});

describe('nobody comes in', () => {
  test.each<[string, Partial<Call['kept']['session']>, string]>([
    ['when the provider has ended the visit', { status: 'ended', endedBy: providerId }, 'MeetingEnded'],
    ['when it ended by itself a moment ago: ask again', { status: 'ended' }, 'ChimeUnavailable'],
    ['when it failed a moment ago: ask again', { status: 'failed' }, 'ChimeUnavailable'],
  ])('%s', async (_, session, code) => {
    const call = opened();
    Object.assign(call.kept.session, session);
    await expect(enter(call.ports, call.toSession(), rowOf(patientId))).rejects.toMatchObject({ code });
    expect(call.kept.calls).toEqual([]);
  });

  test('when the meeting is controlled elsewhere, and it is not taken for dead', async () => {
    const call = opened();
    await press(call, providerId);
    for (const one of call.kept.meetings) one.controlRegion = 'af-south-1';
    call.kept.calls.length = 0;
    await expect(press(call, patientId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(call.kept.calls).toEqual(['openSession', 'participant']);
    expect(call.kept.meetings.map((one) => one.ended)).toEqual([false]);
  });

  test('when every meeting is dead at once, however often it is made', async () => {
    const call = opened();
    call.ports.meetings.createAttendee = async () => undefined;
    await expect(press(call, patientId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(call.kept.rooms.size).toBe(2);
  });

  test('who was removed while she came: her new attendee is deleted', async () => {
    const call = opened();
    await press(call, providerId);
    const person = rowOf(patientId);
    call.kept.rows.set(patientId, rowOf(patientId, { status: 'removed' }));
    const refused = enter(call.ports, call.toSession(), person);
    await expect(refused).rejects.toMatchObject({ code: 'NotAParticipant' });
    expect(attendeesIn(call, 'meeting-1', patientId)).toEqual([]);
  });

  test('when the visit is ended while she comes, and its meeting is not taken for dead', async () => {
    const call = opened();
    await press(call, providerId);
    const { meetings } = call.ports;
    const createAttendee: typeof meetings.createAttendee = async (...given) => {
      const made = await meetings.createAttendee(...given);
      // End has closed the row, and could not end the meeting yet: the sweep looks for it.
      Object.assign(call.kept.session, { status: 'ended', endedBy: providerId });
      return made;
    };
    call.ports.meetings = { ...meetings, createAttendee };
    await expect(press(call, patientId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(call.kept.meetings.map((one) => one.ended)).toEqual([false]);
    expect(attendeesIn(call, 'meeting-1', patientId)).toEqual([]);
  });
});

describe('a meeting that is not made', () => {
  test.each(['before', 'after'] as const)(
    'fails the visit by its name (%s), and the next one is an attempt of its own',
    async (when) => {
      let isAway = true;
      const call = opened({ fault: (name) => (isAway && name === 'create' ? when : undefined) });
      await expect(press(call, patientId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
      expect([call.kept.session.status, call.kept.measured]).toEqual(['failed', [['MeetingsFailed', 1]]]);
      isAway = false;
      const { session } = await press(call, patientId);
      expect([session.status, session.attempt]).toEqual(['active', 2]);
    },
  );

  test('because our request was wrong says so, and does not say ask again', async () => {
    const call = opened();
    const errors: string[] = [];
    call.ports.calls.failSession = async ({ error }) => void errors.push(error);
    call.ports.meetings.create = () => Promise.reject(Object.assign(new Error('no'), { name: 'BadRequestException' }));
    await expect(press(call, patientId)).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(errors).toEqual(['ChimeRefused']);
  });
});

test('of two meetings that were made for one attempt, the one that is not kept is ended', async () => {
  const call = opened({ token: 'new' });
  const session = call.toSession();
  const people = [enter(call.ports, session, rowOf(providerId)), enter(call.ports, session, rowOf(patientId))];
  const [one, other] = await Promise.all(people);
  expect(one?.meeting).toEqual(other?.meeting);
  expect([call.kept.rooms.size, alive(call)]).toEqual([2, [one?.meeting.MeetingId]]);
  expect(call.kept.measured).toEqual([['MeetingsCreated', 1]]);
});

const chimes = fc.record({
  token: fc.constantFrom('same' as const, 'new' as const),
  person: fc.constantFrom('same' as const, 'new' as const),
});

test('a hundred who press at once meet in one room, two devices of one person as one attendee', async () => {
  const hundred = Array.from({ length: 100 }, (_, i) => userOf((i % 50) + 1));
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), chimes, async (s, chime) => {
      const call = memoryCall({ ...chime, turn: (name) => s.schedule(Promise.resolve(), name) });
      for (const id of hundred.slice(2)) call.kept.rows.set(id, rowOf(id));
      const everybody = Promise.all(hundred.map((id) => press(call, id)));
      await s.waitFor(everybody);
      const rooms = new Set((await everybody).map(({ meeting }) => meeting.MeetingId));
      expect([...rooms]).toEqual(alive(call));
      expect(rooms.size).toBe(1);
      expect(call.kept.measured.filter(([name]) => name === 'MeetingsCreated')).toHaveLength(1);
      for (const { attendee } of await everybody) {
        expect(attendeesIn(call, alive(call)[0] ?? '', attendee.ExternalUserId)).toEqual([attendee]);
      }
    }),
    { numRuns: 5 },
  );
});

/** What may happen beside people who come. */
const incident = fc.constantFrom(
  'meeting ends',
  'attendee is deleted',
  'patient is admitted',
  'session ends by itself',
);
type Incident = Parameters<typeof strike>[1];

async function strike(
  call: Call,
  what: 'meeting ends' | 'attendee is deleted' | 'patient is admitted' | 'session ends by itself',
) {
  const { ports, kept, live } = call;
  const meetingId = live()?.meetingId ?? '';
  const room = kept.rooms.get(meetingId);
  if (what === 'patient is admitted') await applyTo(ports, call.toSession(), { userId: patientId, admitted: true });
  else if (what === 'attendee is deleted') room?.attendees.delete(kept.rows.get(patientId)?.attendeeId ?? '');
  else if (room) {
    room.alive = false;
    if (what === 'session ends by itself') await ports.calls.meetingEnded({ meetingId, at: '' });
  }
}

test('whatever falls together, and whatever is lost, people who ask again are in one room', async () => {
  const people = fc.array(fc.constantFrom(providerId, patientId, userOf(3)), { minLength: 1, maxLength: 4 });
  const incidents = fc.array(incident, { maxLength: 2 });
  const faults = fc.array(fc.constantFrom(undefined, undefined, undefined, 'before' as const, 'after' as const), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), chimes, people, incidents, faults, async (s, chime, who, what, broken) => {
      let isCalm = false;
      let lost = 0;
      const fault = (name: string) => {
        const failure = isCalm ? undefined : broken.pop();
        if (
          failure &&
          ['create', 'createAttendee', 'recordMeeting', 'recordAttendee', 'remove', 'removeAttendee'].includes(name)
        )
          lost += 1;
        return failure;
      };
      const turn = (name: string) => (isCalm ? Promise.resolve() : s.schedule(Promise.resolve(), name));
      const call = memoryCall({ ...chime, turn, fault });
      call.kept.rows.set(userOf(3), rowOf(userOf(3)));
      const struck = what.map(async (one: Incident) => {
        await turn(one);
        await strike(call, one);
      });
      await s.waitFor(Promise.allSettled([...who.map((id) => press(call, id)), ...struck]));

      isCalm = true;
      await ask(call, providerId);
      const last = await Promise.all([...new Set(who)].map((id) => ask(call, id)));
      for (const { meeting, attendee, participant } of last) {
        expect(meeting.MeetingId).toBe(call.live()?.meetingId);
        const row = call.kept.rows.get(attendee.ExternalUserId);
        expect(attendee.AttendeeId).toBe(row?.attendeeId);
        expect(participant.admitted).toBe(row?.admitted);
        expect(attendee.Capabilities).toEqual(capabilitiesOf(row ?? rowOf(''), call.ports.config));
        const inside = attendeesIn(call, meeting.MeetingId, attendee.ExternalUserId);
        expect(inside).toContainEqual(attendee);
        if (lost === 0) expect(inside).toHaveLength(1);
      }
      // A room that nobody knows: only where an answer of Chime, or the row for it, was lost.
      if (lost === 0) expect(alive(call)).toEqual([call.live()?.meetingId]);
    }),
    { numRuns: 500 },
  );
});

/** As a client does that is told to ask again. */
async function ask(call: Call, userId: string): Promise<Entered> {
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      return await press(call, userId);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ChimeUnavailable' });
    }
  }
  throw new Error('nobody gets in any more');
}
