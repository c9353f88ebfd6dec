import { describe, expect, test } from 'vitest';
import { batchJoin } from '../../../../pipeline/api/meetings/batchJoin.ts';
import { enter } from '../../../../pipeline/api/meetings/enter.ts';
import { remove } from '../../../../pipeline/api/meetings/remove.ts';
import { memoryCall, type MemoryCallOptions, patientId, providerId, rowOf, userOf } from '../../memoryCall.ts';

const unknown = `ffffffff${userOf(9).slice(8)}`;

async function inCall(options: MemoryCallOptions = {}) {
  const call = memoryCall(options);
  call.kept.session.status = 'active';
  const { meeting, attendee } = await enter(call.ports, call.toSession(), rowOf(patientId));
  call.kept.calls.length = 0;
  const name = (...userIds: string[]) =>
    batchJoin(call.ports)(call.grantedOf(providerId), { action: 'batch-join', meetingId: 'm', userIds });
  const inRoom = () => [...(call.kept.rooms.get(meeting.MeetingId)?.attendees.values() ?? [])];
  return { ...call, meeting, attendee, name, inRoom };
}

test('makes an attendee of each, who waits, and hands out no token', async () => {
  const { kept, meeting, name, inRoom } = await inCall();
  const answer = await name(userOf(3), userOf(4));
  expect(answer).toEqual({
    meeting,
    attendees: [
      { userId: userOf(3), attendeeId: 'attendee-3' },
      { userId: userOf(4), attendeeId: 'attendee-4' },
    ],
    errors: [],
  });
  expect(JSON.stringify(answer)).not.toContain('secret');
  expect(inRoom().map(({ Capabilities }) => Capabilities.Audio)).toEqual(['None', 'None', 'None']);
  // The patient came by herself, into a meeting of her own making.
  expect(kept.makers).toEqual([patientId, patientId, providerId, providerId]);
  expect(kept.rows.get(userOf(3))).toMatchObject({ role: 'other', attendeeId: 'attendee-3', admitted: false });
});

test('waits for nobody where there is no waiting room', async () => {
  const { name, inRoom } = await inCall({ env: { WAITING_ROOM: 'off' } });
  await name(userOf(3));
  expect(inRoom().at(-1)?.Capabilities.Audio).toBe('SendReceive');
});

test('keeps the attendee of whoever is there, and asks Chime nothing for her', async () => {
  const { kept, attendee, name } = await inCall();
  const { attendees } = (await name(patientId)) as { attendees: object[] };
  expect(attendees).toEqual([{ userId: patientId, attendeeId: attendee.AttendeeId }]);
  expect(kept.calls).toEqual(['status', 'invite', 'createAttendees']);
});

test('a hundred are written ten at a time, because the session is locked for each', async () => {
  const { ports, name } = await inCall();
  const { calls } = ports;
  let [now, most] = [0, 0];
  const recordAttendee: typeof calls.recordAttendee = async (given) => {
    most = Math.max(most, (now += 1));
    const answer = await calls.recordAttendee(given);
    now -= 1;
    return answer;
  };
  ports.calls = { ...calls, recordAttendee };
  const answer = (await name(...Array.from({ length: 100 }, (_, at) => userOf(at + 3)))) as { attendees: object[] };
  expect([answer.attendees.length, most]).toEqual([100, 10]);
});

test('twice at once, each has one attendee', async () => {
  const { name, inRoom } = await inCall({ person: 'new' });
  const [one, other] = await Promise.all([name(userOf(3)), name(userOf(3))]);
  expect(other).toEqual(one);
  expect(inRoom().filter(({ ExternalUserId }) => ExternalUserId === userOf(3))).toHaveLength(1);
});

test('lets in again whoever was removed', async () => {
  const { kept, name } = await inCall();
  kept.rows.set(patientId, rowOf(patientId, { status: 'removed' }));
  await name(patientId);
  expect(kept.rows.get(patientId)).toMatchObject({ status: 'invited', role: 'patient' });
});

test('whoever was removed while Chime was down is sent out before she may come again', async () => {
  let isDown = true;
  const { ports, kept, attendee, name, inRoom, grantedOf } = await inCall({
    fault: (call) => (call === 'removeAttendee' && isDown ? 'before' : undefined),
  });
  kept.rows.set(
    userOf(3),
    rowOf(userOf(3), { status: 'removed', attendeeId: 'of-another', attendeeMeetingId: 'another' }),
  );
  const removal = remove(ports)(grantedOf(providerId), { action: 'remove', meetingId: 'm', userId: patientId });
  await expect(removal).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  await expect(name(patientId, userOf(3))).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  expect(kept.rows.get(patientId)).toMatchObject({ status: 'removed', attendeeId: attendee.AttendeeId });
  isDown = false;
  await name(patientId, userOf(3));
  expect(inRoom().map(({ AttendeeId }) => AttendeeId)).not.toContain(attendee.AttendeeId);
  expect(kept.calls.filter((call) => call === 'removeAttendee')).toHaveLength(1);
});

describe('says of each who has no attendee why', () => {
  test('no user, or refused by Chime', async () => {
    const { ports, name } = await inCall();
    ports.meetings.createAttendees = async () => ({
      attendees: [],
      errors: [{ userId: userOf(3), code: 'MeetingFull' }],
    });
    expect(await name(userOf(3), unknown)).toMatchObject({
      attendees: [],
      errors: [
        { userId: unknown, code: 'UnknownUser' },
        { userId: userOf(3), code: 'MeetingFull' },
      ],
    });
  });

  test('removed again meanwhile: her attendee is deleted', async () => {
    const { ports, kept, name, inRoom } = await inCall();
    const { meetings } = ports;
    const createAttendees: typeof meetings.createAttendees = async (...given) => {
      const made = await meetings.createAttendees(...given);
      kept.rows.set(userOf(3), rowOf(userOf(3), { status: 'removed', attendeeId: 'old', attendeeMeetingId: 'old' }));
      return made;
    };
    ports.meetings = { ...meetings, createAttendees };
    expect(await name(userOf(3), userOf(4))).toMatchObject({
      attendees: [{ userId: userOf(4) }],
      errors: [{ userId: userOf(3), code: 'ChimeUnavailable' }],
    });
    expect(inRoom().map(({ ExternalUserId }) => ExternalUserId)).toEqual([patientId, userOf(4)]);
  });
});

describe('a meeting that is over', () => {
  test('at Chime, where nobody has said so', async () => {
    const { kept, name } = await inCall();
    for (const room of kept.rooms.values()) room.alive = false;
    await expect(name(userOf(3))).rejects.toMatchObject({ code: 'MeetingEnded' });
  });

  test('and none came after it: nobody is named', async () => {
    const { ports, kept, meeting, name } = await inCall();
    await ports.calls.meetingEnded({ meetingId: meeting.MeetingId, at: '' });
    kept.calls.length = 0;
    await expect(name(userOf(3))).rejects.toMatchObject({ code: 'MeetingEnded' });
    expect(kept.calls).toEqual([]);
  });
});
