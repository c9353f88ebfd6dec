import { expect, test } from 'vitest';
import { notAgreed, settleAll } from '../../../pipeline/calls/settleAll.ts';
import type { Capabilities } from '../../../pipeline/meetings/call.ts';
import { patientId, providerId, userOf } from '../memoryCall.ts';
import { agreed, meetingId, memoryRecording, type MemoryRecordingOptions, textVersion } from '../memoryRecording.ts';

const third = userOf(3);

/** Three people with an attendee, of whom the third has not agreed. */
function three({ isRecorded = true, ...options }: MemoryRecordingOptions & { isRecorded?: boolean } = {}) {
  const all = memoryRecording(options);
  all.seat(third);
  for (const row of all.kept.rows.values()) row.isRecorded = isRecorded;
  const set = (userId: string, Audio: Capabilities['Audio']) => {
    const one = all.kept.rooms.get(meetingId)?.attendees.get(all.kept.rows.get(userId)?.attendeeId ?? '');
    if (one) one.Capabilities = { Audio, Video: Audio, Content: Audio };
  };
  return { ...all, set, everybody: () => settleAll(all.ports, all.toFacts()) };
}

test('whoever may do more than her row allows is silenced, and was heard; whoever may do all of it is left', async () => {
  const { everybody, audioOf, kept } = three();
  expect(await everybody()).toBe(1);
  expect([providerId, patientId, third].map(audioOf)).toEqual(['SendReceive', 'SendReceive', 'Receive']);
  expect(kept.calls.filter((call) => call === 'setCapabilities')).toHaveLength(1);
  expect(await everybody()).toBe(0);
});

test('whoever may do less than her row allows is heard again', async () => {
  const { everybody, audioOf, set } = three({ isRecorded: false });
  set(third, 'Receive');
  // Nothing is recorded, so nobody need have agreed.
  for (let times = 0; times < 2; times += 1) expect([await everybody(), audioOf(third)]).toEqual([0, 'SendReceive']);
});

test('whoever agrees while she is looked at is not silenced', async () => {
  const { everybody, audioOf, kept } = three({
    turn: async (call) => {
      const row = kept.rows.get(third);
      if (call === 'findAttendee' && row) row.consent = agreed;
    },
  });
  expect([await everybody(), audioOf(third)]).toEqual([0, 'SendReceive']);
});

test.each<[string, (call: ReturnType<typeof three>) => void]>([
  ['has no attendee', ({ kept }) => void Object.assign(kept.rows.get(third) ?? {}, { attendeeId: null })],
  ['is in another meeting', ({ kept }) => void Object.assign(kept.rows.get(third) ?? {}, { attendeeMeetingId: 'm2' })],
])('whoever %s is not looked at', async (_, change) => {
  const call = three();
  const facts = call.toFacts();
  change(call);
  const participants = [...call.kept.rows.values()].filter(({ userId }) => userId === third);
  expect(await settleAll(call.ports, { ...facts, participants })).toBe(0);
  expect(call.kept.calls).toEqual([]);
});

test('an attendee that Chime no longer has is nobody', async () => {
  const { everybody, kept } = three();
  kept.rooms.get(meetingId)?.attendees.clear();
  expect([await everybody(), new Set(kept.calls)]).toEqual([0, new Set(['findAttendee'])]);
});

test('no more than ten are looked at together, and one that fails fails them all', async () => {
  let together = 0;
  let most = 0;
  const { everybody, seat, ports } = three();
  for (let n = 10; n < 33; n += 1) seat(userOf(n), agreed);
  const { meetings } = ports;
  const findAttendee: typeof meetings.findAttendee = async (...of) => {
    most = Math.max(most, (together += 1));
    const found = await meetings.findAttendee(...of);
    together -= 1;
    return found;
  };
  ports.meetings = { ...meetings, findAttendee };
  await everybody();
  expect(most).toBe(10);
  ports.meetings.findAttendee = () => Promise.reject(new Error('away'));
  await expect(everybody()).rejects.toThrow('away');
});

test('whoever agreed to another text, or said no, has not agreed', () => {
  const { toFacts, seat } = three();
  seat(userOf(4), { decision: 'given', textVersion: '2020-01-01' });
  seat(userOf(5), { decision: 'withdrawn', textVersion });
  expect(notAgreed(toFacts(), textVersion).map(({ userId }) => userId)).toEqual([third, userOf(4), userOf(5)]);
});
