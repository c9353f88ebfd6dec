import {
  DeleteAttendeeCommand,
  DeleteMeetingCommand,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { describe, expect, test } from 'vitest';
import { type ChimeOptions } from '../../../../local/services/chime/chime.ts';
import { type Device, SessionEnded } from '../../../../local/services/chime/device.ts';
import { type ChimeHarness, onManualClock } from './harness.ts';

const minute = 60_000;

/** A meeting with two attendees, of whom nobody has joined, and what was told from then on. */
async function consultation(assumed: ChimeOptions['assumed'] = {}) {
  const chime = await onManualClock({ assumed });
  const meetingId = await chime.create();
  const doctor = await chime.attend(meetingId, 'doctor');
  const patient = await chime.attend(meetingId, 'patient');
  chime.events.length = 0;
  const join = ({ JoinToken }: { JoinToken: string }) => chime.people.join(meetingId, JoinToken);
  return {
    chime,
    meetingId,
    doctor,
    patient,
    join,
    present: () => chime.people.present(meetingId).map(({ externalUserId }) => externalUserId),
    /** Each event's name and person. */
    told: () =>
      chime.told().map((type, at) => {
        const { externalUserId } = chime.events[at]?.detail ?? {};
        return typeof externalUserId === 'string' ? `${type} ${externalUserId}` : type;
      }),
    [Symbol.asyncDispose]: () => chime[Symbol.asyncDispose](),
  };
}

function statusOf(call: () => unknown): number {
  try {
    call();
  } catch (error) {
    if (error instanceof SessionEnded) return error.status;
    throw error;
  }
  throw new Error('nothing ended');
}

const connections = (chime: ChimeHarness) => {
  const { createdAt, presences } = chime.meetings()[0] ?? { createdAt: 0, presences: [] };
  return presences.map(({ externalUserId, from, to }) => [
    externalUserId,
    (from - createdAt) / minute,
    to === undefined ? undefined : (to - createdAt) / minute,
  ]);
};

describe('a person', () => {
  test('joins, loses the network, comes back and leaves: as the guide tells it', async () => {
    await using call = await consultation({ authorized: 'handover' });
    const { chime } = call;
    await chime.clock.advance(minute);
    const device = call.join(call.patient);
    expect(call.present()).toEqual(['patient']);
    await chime.clock.advance(minute);
    device.drop();
    expect(call.present()).toEqual([]);
    await chime.clock.advance(15_000);
    await chime.clock.advance(45_000);
    device.reconnect();
    await chime.clock.advance(27 * minute);
    device.leave();
    expect(call.told()).toEqual([
      'AttendeeJoined patient',
      'AttendeeDropped patient',
      'AttendeeJoined patient',
      'AttendeeLeft patient',
    ]);
    expect(chime.events.map(({ time }) => time)).toEqual([
      '2026-11-20T09:31:00Z',
      '2026-11-20T09:32:15Z',
      '2026-11-20T09:33:00Z',
      '2026-11-20T10:00:00Z',
    ]);
    expect(connections(chime)).toEqual([
      ['patient', 1, 2],
      ['patient', 3, 30],
    ]);
    expect(await device.ended).toBe(1);
  });

  test('whose network is back soon was never away, for the service', async () => {
    await using call = await consultation();
    const device = call.join(call.patient);
    device.drop();
    await call.chime.clock.advance(14_999);
    device.reconnect();
    await call.chime.clock.advance(minute);
    expect(call.told()).toEqual(['AttendeeAuthorized patient', 'AttendeeJoined patient']);
    expect(connections(call.chime)).toHaveLength(2);
  });

  test('who changes the network drops and joins at once', async () => {
    await using call = await consultation();
    const device = call.join(call.patient);
    device.reconnect();
    expect(call.told().slice(2)).toEqual(['AttendeeDropped patient', 'AttendeeJoined patient']);
    expect(call.present()).toEqual(['patient']);
  });

  test('who hangs up without a network is dropped, and does not leave', async () => {
    await using call = await consultation();
    const device = call.join(call.patient);
    device.drop();
    device.leave();
    await call.chime.clock.advance(minute);
    expect(call.told().slice(2)).toEqual(['AttendeeDropped patient']);
    expect(statusOf(() => device.reconnect())).toBe(1);
  });

  test('may do what her capabilities say now', async () => {
    await using call = await consultation();
    const device = call.join(call.patient);
    const can = () => (['Audio', 'Video', 'Content'] as const).map((medium) => device.can(medium, 'Send'));
    expect(can()).toEqual([true, true, true]);
    await call.chime.client().send(
      new UpdateAttendeeCapabilitiesCommand({
        MeetingId: call.meetingId,
        AttendeeId: call.patient.AttendeeId,
        Capabilities: { Audio: 'Receive', Video: 'Send', Content: 'None' },
      }),
    );
    expect(can()).toEqual([false, true, false]);
    expect([device.can('Audio', 'Receive'), device.can('Video', 'Receive')]).toEqual([true, false]);
    expect(call.chime.events.at(-1)?.detail).toMatchObject({
      eventType: 'chime:AttendeeCapabilitiesUpdated',
      success: '1',
      attendeeCapabilities: { audio: 'Receive', video: 'Send', content: 'None' },
    });
    device.drop();
    expect(can()).toEqual([false, false, false]);
  });
});

describe('who cannot join is told why', () => {
  test("3: the token is nobody's", async () => {
    await using call = await consultation();
    expect(statusOf(() => call.join({ JoinToken: 'nobody' }))).toBe(3);
    expect(statusOf(() => call.chime.people.join('no-meeting', call.patient.JoinToken))).toBe(3);
    expect(call.told()).toEqual([]);
  });

  test('3: the token is of another meeting', async () => {
    await using call = await consultation();
    const other = await call.chime.create({ ClientRequestToken: 'other' });
    expect(statusOf(() => call.chime.people.join(other, call.patient.JoinToken))).toBe(3);
  });

  test('5: the meeting has ended', async () => {
    await using call = await consultation();
    await call.chime.client().send(new DeleteMeetingCommand({ MeetingId: call.meetingId }));
    expect(statusOf(() => call.join(call.patient))).toBe(5);
    expect(statusOf(() => call.join({ JoinToken: 'nobody' }))).toBe(5);
  });

  test('11: the attendee is deleted', async () => {
    await using call = await consultation();
    const { AttendeeId } = call.patient;
    await call.chime.client().send(new DeleteAttendeeCommand({ MeetingId: call.meetingId, AttendeeId }));
    expect(statusOf(() => call.join(call.patient))).toBe(11);
  });
});

describe('who is in a meeting', () => {
  test('learns that it was ended, without a network once that is back', async () => {
    await using call = await consultation();
    const [online, offline] = [call.join(call.doctor), call.join(call.patient)];
    offline.drop();
    await call.chime.client().send(new DeleteMeetingCommand({ MeetingId: call.meetingId }));
    expect(await online.ended).toBe(5);
    expect(offline.status).toBeUndefined();
    expect(statusOf(() => offline.reconnect())).toBe(5);
    expect(call.present()).toEqual([]);
    expect(call.told().slice(4)).toEqual(['MeetingEnded']);
    await call.chime.clock.advance(minute);
    expect(call.told()).toHaveLength(5);
  });

  test.each([22, 11] as const)('learns with %i of being deleted', async (removedStatus) => {
    await using call = await consultation({ removedStatus });
    const device = call.join(call.patient);
    const { AttendeeId } = call.patient;
    await call.chime.client().send(new DeleteAttendeeCommand({ MeetingId: call.meetingId, AttendeeId }));
    expect(await device.ended).toBe(removedStatus);
    expect(call.told().slice(2)).toEqual(['AttendeeDeleted patient']);
  });

  test.each<['left' | 'dropped', string]>([
    ['left', 'AttendeeLeft'],
    ['dropped', 'AttendeeDropped'],
  ])('is reported as %s when thrown out, where that is so', async (thrownOut, event) => {
    await using call = await consultation({ thrownOut });
    call.join(call.doctor);
    call.join(call.patient);
    const gone = call.chime.people.join(call.meetingId, (await call.chime.attend(call.meetingId, 'gone')).JoinToken);
    gone.drop();
    await call.chime.clock.advance(minute);
    call.chime.events.length = 0;
    const { AttendeeId } = call.doctor;
    await call.chime.client().send(new DeleteAttendeeCommand({ MeetingId: call.meetingId, AttendeeId }));
    await call.chime.client().send(new DeleteMeetingCommand({ MeetingId: call.meetingId }));
    // One that was noticed before is not reported once more.
    expect(call.told()).toEqual([`${event} doctor`, 'AttendeeDeleted doctor', `${event} patient`, 'MeetingEnded']);
  });
});

describe('a second device of the same attendee', () => {
  test.each<['nothing' | 'left-joined' | 'joined-left', string[]]>([
    ['nothing', ['AttendeeAuthorized patient']],
    ['left-joined', ['AttendeeAuthorized patient', 'AttendeeLeft patient', 'AttendeeJoined patient']],
    ['joined-left', ['AttendeeAuthorized patient', 'AttendeeJoined patient', 'AttendeeLeft patient']],
  ])('throws the first one out with 2, and reports: %s', async (handover, expected) => {
    await using call = await consultation({ handover });
    const first = call.join(call.patient);
    await call.chime.clock.advance(minute);
    const second = call.join(call.patient);
    expect(await first.ended).toBe(2);
    expect(statusOf(() => first.reconnect())).toBe(2);
    expect(call.present()).toEqual(['patient']);
    expect(call.told().slice(2)).toEqual(expected);
    expect(connections(call.chime)).toEqual([
      ['patient', 0, 1],
      ['patient', 1, undefined],
    ]);
    expect(second.status).toBeUndefined();
  });

  test('takes over from one that has no network, of which nothing is heard any more', async () => {
    await using call = await consultation();
    const first = call.join(call.patient);
    first.drop();
    const second = call.join(call.patient);
    await call.chime.clock.advance(minute);
    expect(statusOf(() => first.reconnect())).toBe(2);
    expect(call.told().slice(2)).toEqual(['AttendeeAuthorized patient']);
    expect([second.state, call.present()]).toEqual(['online', ['patient']]);
  });

  test('joins anew when the first one counts as dropped', async () => {
    await using call = await consultation();
    call.join(call.patient).drop();
    await call.chime.clock.advance(minute);
    call.join(call.patient);
    expect(call.told().slice(2)).toEqual([
      'AttendeeDropped patient',
      'AttendeeAuthorized patient',
      'AttendeeJoined patient',
    ]);
  });

  test('may also be another attendee of the same person', async () => {
    await using call = await consultation({ sameExternalUserId: 'new', authorized: 'handover' });
    const first: Device = call.join(call.patient);
    const again = await call.chime.attend(call.meetingId, 'patient');
    expect(again.AttendeeId).not.toBe(call.patient.AttendeeId);
    call.join(again);
    expect(await first.ended).toBe(2);
    expect(call.present()).toEqual(['patient']);
    expect(call.told()).toEqual([
      'AttendeeJoined patient',
      'AttendeeAdded patient',
      'AttendeeLeft patient',
      'AttendeeJoined patient',
    ]);
  });
});

test('a pipeline is an attendee of its own, with events', async () => {
  await using call = await consultation();
  const pipeline = call.chime.people.joinPipeline(call.meetingId, 'p-1');
  pipeline.leave();
  expect(call.told()).toEqual(
    ['Added', 'Authorized', 'Joined', 'Left'].map((what) => `Attendee${what} aws:MediaPipeline-p-1`),
  );
});
