import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enter } from '../../../../pipeline/api/meetings/enter.ts';
import { remove } from '../../../../pipeline/api/meetings/remove.ts';
import { memoryCall, patientId, providerId, rowOf, sessionId, userOf } from '../../memoryCall.ts';

const requestOf = (userId: string) => ({ action: 'remove', meetingId: 'm', userId }) as const;

async function withPatient() {
  const call = memoryCall();
  call.kept.session.status = 'active';
  const early = call.grantedOf(providerId);
  const { attendee, meeting } = await enter(call.ports, call.toSession(), rowOf(patientId));
  return { ...call, early, attendee, attendees: () => call.kept.rooms.get(meeting.MeetingId)?.attendees };
}

test('somebody who is there is thrown out, and her token opens nothing any more', async () => {
  const { ports, kept, grantedOf, attendees } = await withPatient();
  expect(attendees()?.size).toBe(1);
  const answer = await remove(ports)(grantedOf(providerId), requestOf(patientId));
  expect(answer).toEqual({ userId: patientId, status: 'removed' });
  expect([attendees()?.size, kept.rows.get(patientId)?.status]).toEqual([0, 'removed']);
});

test('and so is somebody who came after the request was granted', async () => {
  const { ports, early, attendees } = await withPatient();
  expect(early.session.meeting).toBeNull();
  await remove(ports)(early, requestOf(patientId));
  expect(attendees()?.size).toBe(0);
});

test('again does the same again', async () => {
  const { ports, grantedOf } = await withPatient();
  const request = requestOf(patientId);
  const first = await remove(ports)(grantedOf(providerId), request);
  expect(await remove(ports)(grantedOf(providerId), request)).toEqual(first);
});

test('one who is not there yet does not come in: Chime is not asked', async () => {
  const { ports, kept, grantedOf } = memoryCall();
  await remove(ports)(grantedOf(providerId), requestOf(patientId));
  expect(kept.calls).toEqual(['setParticipant']);
});

test.each([
  ['the provider herself', providerId, 'InvalidRequest'],
  ['nobody of the visit', userOf(9), 'ParticipantNotFound'],
])('%s: %s is %s', async (_, userId, code) => {
  const { ports, kept, grantedOf } = memoryCall();
  await expect(remove(ports)(grantedOf(providerId), requestOf(userId))).rejects.toMatchObject({ code });
  expect(kept.rows.get(providerId)?.status).toBe('invited');
});

test('whoever is removed while she comes, on however many devices, is in no meeting', async () => {
  const chimes = fc.constantFrom('same' as const, 'new' as const);
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), chimes, fc.integer({ min: 1, max: 3 }), async (s, person, devices) => {
      const { ports, kept, toSession, grantedOf } = memoryCall({
        person,
        turn: (name) => s.schedule(Promise.resolve(), name),
      });
      kept.session.status = 'active';
      const granted = grantedOf(providerId);
      const come = async () =>
        enter(
          ports,
          toSession(),
          (await ports.calls.participant({ sessionId, userId: patientId })) ?? rowOf(patientId),
        );
      const all = [...Array.from({ length: devices }, come), remove(ports)(granted, requestOf(patientId))];
      await s.waitFor(Promise.allSettled(all));
      const inside = [...kept.rooms.values()].flatMap(({ attendees }) => [...attendees.values()]);
      expect(inside).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
