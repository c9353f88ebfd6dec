import { describe, expect, test } from 'vitest';
import { enter } from '../../../pipeline/api/meetings/enter.ts';
import { settle } from '../../../pipeline/calls/settle.ts';
import { capabilitiesOf } from '../../../pipeline/meetings/capabilities.ts';
import { memoryCall, patientId, rowOf, sessionId } from '../memoryCall.ts';

const consentVersion = 'v2';
const waiting = capabilitiesOf(rowOf(patientId), { consentVersion });
const free = capabilitiesOf(rowOf(patientId, { admitted: true }), { consentVersion });

/** The patient in the waiting room, and what may happen before each of the calls that follow. */
async function withPatient() {
  let before: (call: string) => void = () => {};
  const call = memoryCall({ turn: async (name) => before(name) });
  call.kept.session.status = 'active';
  const { attendee, meeting } = await enter(call.ports, call.toSession(), rowOf(patientId));
  const seat = { sessionId, userId: patientId, meetingId: meeting.MeetingId, attendeeId: attendee.AttendeeId };
  const row = call.kept.rows.get(patientId);
  if (!row) throw new Error('she is there');
  call.kept.calls.length = 0;
  return {
    ...call,
    seat,
    row,
    has: () => call.kept.rooms.get(seat.meetingId)?.attendees.get(seat.attendeeId)?.Capabilities,
    beforeEach: (happens: (name: string) => void) => void (before = happens),
  };
}

test('what agrees already is left as it is', async () => {
  const { ports, kept, seat } = await withPatient();
  expect(await settle(ports, seat, waiting)).toMatchObject({ admitted: false });
  expect(kept.calls).toEqual(['participant']);
});

test('what does not agree is set, and looked at again', async () => {
  const { ports, kept, seat, row, has } = await withPatient();
  row.admitted = true;
  expect(await settle(ports, seat, waiting)).toMatchObject({ admitted: true });
  expect(kept.calls).toEqual(['participant', 'setCapabilities', 'participant']);
  expect(has()).toEqual(free);
});

test('somebody who is admitted while she is sent to wait does not wait', async () => {
  const { ports, seat, row, has, beforeEach } = await withPatient();
  beforeEach((name) => {
    if (name === 'setCapabilities') row.admitted = true;
  });
  expect(await settle(ports, seat, free)).toMatchObject({ admitted: true });
  expect(has()).toEqual(free);
});

describe('ends', () => {
  test('where nobody is', async () => {
    const { ports, kept, seat } = await withPatient();
    kept.rows.clear();
    expect(await settle(ports, seat, free)).toBeUndefined();
  });

  test('where Chime knows the attendee no more', async () => {
    const { ports, kept, seat, row } = await withPatient();
    row.admitted = true;
    kept.rooms.clear();
    expect(await settle(ports, seat, waiting)).toBeUndefined();
  });

  test('where the row never stands still', async () => {
    const { ports, seat } = await withPatient();
    let admitted = false;
    ports.calls.participant = async () => rowOf(patientId, { admitted: (admitted = !admitted) });
    await expect(settle(ports, seat, waiting)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  });
});
