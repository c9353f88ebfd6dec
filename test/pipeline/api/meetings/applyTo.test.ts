import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyTo } from '../../../../pipeline/api/meetings/applyTo.ts';
import { enter } from '../../../../pipeline/api/meetings/enter.ts';
import { capabilitiesOf } from '../../../../pipeline/meetings/capabilities.ts';
import { memoryCall, patientId, rowOf, userOf } from '../../memoryCall.ts';

const free = capabilitiesOf(rowOf(patientId, { admitted: true }), { consentVersion: 'v1' });

async function withPatient(turn?: (call: string) => Promise<unknown>) {
  let isReady = false;
  const call = memoryCall({ turn: async (name) => (isReady ? turn?.(name) : undefined) });
  call.kept.session.status = 'active';
  const early = call.toSession();
  const { attendee, meeting } = await enter(call.ports, call.toSession(), rowOf(patientId));
  call.kept.calls.length = 0;
  isReady = true;
  const has = () => call.kept.rooms.get(meeting.MeetingId)?.attendees.get(attendee.AttendeeId)?.Capabilities;
  return { ...call, early, has };
}

test('changes the row and then the attendee', async () => {
  const { ports, kept, has, toSession } = await withPatient();
  const applied = await applyTo(ports, toSession(), { userId: patientId, admitted: true });
  expect(applied).toEqual({ userId: patientId, admitted: true, muted: false });
  expect(kept.calls).toEqual(['setParticipant', 'setCapabilities', 'participant']);
  expect(has()).toEqual(free);
});

test('changes the attendee of somebody who came after the request was granted', async () => {
  const { ports, early, has } = await withPatient();
  expect(early.meeting).toBeNull();
  await applyTo(ports, early, { userId: patientId, admitted: true });
  expect(has()).toEqual(free);
});

test('is content with the row where nobody has come, or is there any more', async () => {
  const { ports, kept, toSession } = memoryCall();
  const applied = { userId: patientId, admitted: true, muted: false };
  expect(await applyTo(ports, toSession(), { userId: patientId, admitted: true })).toEqual(applied);
  expect(kept.calls).toEqual(['setParticipant']);
  const left = await withPatient();
  left.kept.rooms.clear();
  expect(await applyTo(left.ports, left.toSession(), { userId: patientId, admitted: true })).toEqual(applied);
});

test('changes nobody who is not there', async () => {
  const { ports, kept, toSession } = memoryCall();
  const nobody = applyTo(ports, toSession(), { userId: userOf(9), muted: true });
  await expect(nobody).rejects.toMatchObject({ code: 'ParticipantNotFound' });
  expect(kept.rows.has(userOf(9))).toBe(false);
});

test('however several changes and a reload fall together, the attendee may what the row says', async () => {
  const change = fc.constantFrom<{ admitted: true } | { muted: boolean }>(
    { admitted: true },
    { muted: true },
    { muted: false },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (s, changes, reloads) => {
        const { ports, kept, has, toSession } = await withPatient((name) => s.schedule(Promise.resolve(), name));
        const reload = async () => {
          const row = await ports.calls.participant({ sessionId: toSession().id, userId: patientId });
          await enter(ports, toSession(), row ?? rowOf(patientId));
        };
        const all = changes.map((one) => applyTo(ports, toSession(), { userId: patientId, ...one }));
        const done = Promise.allSettled(reloads ? [...all, reload()] : all);
        await s.waitFor(done);
        const row = kept.rows.get(patientId) ?? rowOf(patientId);
        expect(has()).toEqual(capabilitiesOf(row, ports.config));
      },
    ),
    { numRuns: 300 },
  );
});
