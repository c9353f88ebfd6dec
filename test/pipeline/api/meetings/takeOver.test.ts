import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enter } from '../../../../pipeline/api/meetings/enter.ts';
import { join } from '../../../../pipeline/api/meetings/join.ts';
import { takeOver } from '../../../../pipeline/api/meetings/takeOver.ts';
import { toCallConfig } from '../../../../pipeline/callConfig.ts';
import type { CallPorts } from '../../../../pipeline/callPorts.ts';
import type { LiveMeeting } from '../../../../pipeline/meetings/call.ts';
import { callEnv, memoryCall, patientId, providerId, rowOf, sessionId } from '../../memoryCall.ts';

type Call = ReturnType<typeof memoryCall>;

/** The ports of a second deployment over the same database. A token is another one where another region is asked. */
function secondOf({ ports }: Call, env: Readonly<Record<string, string>> = {}): CallPorts {
  const { meetings } = ports;
  return {
    ...ports,
    config: toCallConfig({ ...callEnv, AWS_CHIME_REGION: 'us-east-1', TAKES_OVER_FROM: 'eu-central-1', ...env }),
    meetings: { ...meetings, create: (of) => meetings.create({ ...of, token: `us ${of.token}` }) },
  };
}

/** The provider is in a meeting of the first one, which Chime does not answer for any more. */
async function begun(options: Parameters<typeof memoryCall>[0] = {}) {
  const call = memoryCall(options);
  call.kept.session.status = 'active';
  await enter(call.ports, call.toSession(), rowOf(providerId));
  call.kept.isThereElsewhere = false;
  call.kept.calls.length = 0;
  return { call, old: structuredClone(call.live()) as LiveMeeting };
}

const comeIn = (ports: CallPorts, call: Call, userId: string) =>
  enter(ports, call.toSession(), call.kept.rows.get(userId) ?? rowOf(userId));

describe('a visit whose region says nothing', () => {
  test('leaves its meeting, which is not taken for ended, and has no meeting', async () => {
    const { call, old } = await begun();
    const logged: unknown[] = [];
    const ports = { ...secondOf(call), log: (...line: unknown[]) => void logged.push(line) };
    const session = await takeOver(ports, call.toSession(), old);
    expect([session.meeting, session.attempt, session.status]).toEqual([null, 2, 'active']);
    expect(call.kept.meetings.map((one) => one.ended)).toEqual([false]);
    const of = { meetingId: old.meetingId, controlRegion: 'eu-central-1' };
    expect(logged).toEqual([['a visit goes on without the region of its meeting', of]]);
  });

  test('asks that region, about that meeting', async () => {
    const { call, old } = await begun();
    const asked: unknown[] = [];
    const elsewhere = { answers: async (of: unknown) => asked.push(of) < 0 };
    await takeOver({ ...secondOf(call), elsewhere }, call.toSession(), old);
    expect(asked).toEqual([{ controlRegion: 'eu-central-1', meetingId: old.meetingId }]);
  });

  test('goes on in the next one, which is made here', async () => {
    const { call, old } = await begun();
    const { session, meeting } = await comeIn(secondOf(call), call, patientId);
    expect(session.meeting).toMatchObject({ attempt: 2, controlRegion: 'us-east-1', meetingId: meeting.MeetingId });
    expect(meeting.MeetingId).not.toBe(old.meetingId);
    expect(call.kept.rooms.get(meeting.MeetingId)?.token).toBe(`us ${sessionId}-2`);
  });

  test('is renewed for whoever joins by the old meeting', async () => {
    const { call, old } = await begun();
    const ask = () => join(secondOf(call))(call.grantedOf(patientId), { action: 'join', meetingId: old.meetingId });
    const first = await ask();
    expect(first).toMatchObject({ renewed: true, meeting: { MeetingId: call.live()?.meetingId } });
    expect(await ask()).toEqual(first);
    expect(call.kept.calls.filter((name) => name === 'create')).toHaveLength(1);
  });

  test('is nobody’s to take who may not', async () => {
    for (const from of ['', 'eu-west-2']) {
      const { call, old } = await begun();
      const ports = secondOf(call, { TAKES_OVER_FROM: from });
      await expect(takeOver(ports, call.toSession(), old)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
      expect(call.kept.calls).toEqual([]);
    }
  });
});

test('a visit whose region answers is left to it', async () => {
  const { call } = await begun();
  call.kept.isThereElsewhere = true;
  await expect(comeIn(secondOf(call), call, patientId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  expect(call.kept.calls).toEqual(['answers']);
  expect(call.live()).toMatchObject({ controlRegion: 'eu-central-1', attempt: 1 });
});

test('once it was taken over, its first endpoint sends people to the second', async () => {
  const { call } = await begun();
  await comeIn(secondOf(call), call, patientId);
  await expect(comeIn(call.ports, call, providerId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  // It may take visits over as well, and the region of the second answers.
  call.kept.isThereElsewhere = true;
  const first = { ...call.ports, config: toCallConfig({ ...callEnv, TAKES_OVER_FROM: 'us-east-1' }) };
  await expect(comeIn(first, call, providerId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  expect(call.live()?.controlRegion).toBe('us-east-1');
});

test('whoever presses at either endpoint at once, and again where the other sends them, is in one room', async () => {
  const presses = fc.array(fc.tuple(fc.constantFrom(providerId, patientId), fc.boolean()), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), presses, async (s, pressed) => {
      let isCalm = true;
      const { call } = await begun({
        turn: (name) => (isCalm ? Promise.resolve() : s.schedule(Promise.resolve(), name)),
      });
      const second = secondOf(call);
      isCalm = false;
      // The first one reaches its region, and the second does not.
      const all = pressed.map(([userId, isFirst]) => comeIn(isFirst ? call.ports : second, call, userId));
      const told = await s.waitFor(Promise.allSettled(all));
      const codes = told.flatMap((one) => (one.status === 'rejected' ? (one.reason as { code: unknown }).code : []));
      expect(new Set(['ChimeUnavailable', ...codes])).toEqual(new Set(['ChimeUnavailable']));

      isCalm = true;
      const people = [...new Set(pressed.map(([userId]) => userId))];
      const ask = (userId: string) => comeIn(call.ports, call, userId).catch(() => comeIn(second, call, userId));
      const rooms = (await Promise.all(people.map(ask))).map(({ meeting }) => meeting.MeetingId);
      expect([...new Set(rooms)]).toEqual([call.live()?.meetingId]);
      // However often it was pressed, it is left once.
      const isTaken = pressed.some(([, isFirst]) => !isFirst);
      expect(call.kept.session.attempt).toBe(isTaken ? 2 : 1);
      const left = call.kept.meetings.filter((one) => one.controlRegion === 'eu-central-1');
      expect(left.map((one) => one.ended)).toEqual([false]);
    }),
    { numRuns: 200 },
  );
});
