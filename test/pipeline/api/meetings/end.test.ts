import fc from 'fast-check';
import { expect, test } from 'vitest';
import { end } from '../../../../pipeline/api/meetings/end.ts';
import { enter } from '../../../../pipeline/api/meetings/enter.ts';
import { memoryCall, patientId, providerId, rowOf, sessionId } from '../../memoryCall.ts';

const request = { action: 'end', meetingId: 'm' } as const;
const ended = { session: { id: sessionId, status: 'ended' } };

async function inCall(options: Parameters<typeof memoryCall>[0] = {}) {
  const call = memoryCall(options);
  call.kept.session.status = 'active';
  await enter(call.ports, call.toSession(), rowOf(patientId));
  call.kept.calls.length = 0;
  call.kept.measured.length = 0;
  return call;
}

test('closes the row before it ends the meeting, so that nobody comes in between', async () => {
  const { ports, kept, grantedOf } = await inCall();
  expect(await end(ports)(grantedOf(providerId), request)).toEqual(ended);
  expect(kept.calls).toEqual(['closeSession', 'remove', 'meetingEnded']);
  expect(kept.session).toMatchObject({ status: 'ended', endedBy: providerId });
  expect([...kept.rooms.values()].map(({ alive }) => alive)).toEqual([false]);
  expect(kept.measured).toEqual([['CallSeconds', 60]]);
});

test('again it is ended, and counted once', async () => {
  const { ports, kept, grantedOf } = await inCall();
  const granted = grantedOf(providerId);
  expect([await end(ports)(granted, request), await end(ports)(granted, request)]).toEqual([ended, ended]);
  expect(kept.calls).toEqual(['closeSession', 'remove', 'meetingEnded', 'closeSession']);
  expect(kept.measured).toEqual([['CallSeconds', 60]]);
});

test.each(['before', 'after'] as const)(
  'what Chime did not end (it failed %s) is ended by the next request',
  async (when) => {
    let isAway = true;
    const call = await inCall({ fault: (name) => (isAway && name === 'remove' ? when : undefined) });
    const granted = call.grantedOf(providerId);
    await expect(end(call.ports)(granted, request)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(call.kept.meetings.map((one) => one.ended)).toEqual([false]);
    expect(call.kept.measured).toEqual([['CallSeconds', 60]]);
    isAway = false;
    expect(await end(call.ports)(granted, request)).toEqual(ended);
    expect(call.kept.meetings.map((one) => one.ended)).toEqual([true]);
    expect(call.kept.measured).toEqual([['CallSeconds', 60]]);
  },
);

test('a visit that never had a meeting asks Chime nothing', async () => {
  const { ports, kept, grantedOf } = memoryCall();
  expect(await end(ports)(grantedOf(providerId), request)).toEqual(ended);
  expect([kept.calls, kept.measured]).toEqual([['closeSession'], []]);
});

test('a meeting that is controlled elsewhere is left to the sweep of that region', async () => {
  const { ports, kept, grantedOf } = await inCall();
  for (const one of kept.meetings) one.controlRegion = 'af-south-1';
  expect(await end(ports)(grantedOf(providerId), request)).toEqual(ended);
  expect(kept.calls).toEqual(['closeSession']);
});

test('a meeting that the visit left when its region did not answer is not taken for ended', async () => {
  const call = await inCall({ env: { TAKES_OVER_FROM: 'eu-west-2' } });
  const [left] = call.kept.meetings;
  Object.assign(left ?? {}, { controlRegion: 'eu-west-2' });
  call.kept.isThereElsewhere = false;
  const { meeting } = await enter(call.ports, call.toSession(), rowOf(providerId));
  call.kept.calls.length = 0;
  expect(await end(call.ports)(call.grantedOf(providerId), request)).toEqual(ended);
  expect(call.kept.calls).toEqual(['closeSession', 'remove', 'meetingEnded']);
  expect(call.kept.meetings.map((one) => [one.meetingId, one.ended])).toEqual([
    [left?.meetingId, false],
    [meeting.MeetingId, true],
  ]);
});

test('whoever comes while it is ended, no meeting is left', async () => {
  const chimes = fc.constantFrom('same' as const, 'new' as const);
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), chimes, fc.integer({ min: 1, max: 4 }), async (s, token, people) => {
      const { ports, kept, toSession, grantedOf } = memoryCall({
        token,
        turn: (name) => s.schedule(Promise.resolve(), name),
      });
      kept.session.status = 'active';
      const granted = grantedOf(providerId);
      const come = (_: unknown, n: number) => enter(ports, toSession(), rowOf(n % 2 === 0 ? patientId : providerId));
      const all = [...Array.from({ length: people }, come), end(ports)(granted, request)];
      const told = await s.waitFor(Promise.allSettled(all));
      expect([...kept.rooms.values()].filter(({ alive }) => alive)).toEqual([]);
      const codes = told.flatMap((one) => (one.status === 'rejected' ? (one.reason as { code: unknown }).code : []));
      expect(new Set(['MeetingEnded', 'ChimeUnavailable', ...codes]).size).toBe(2);
    }),
    { numRuns: 300 },
  );
});
