import { expect, test, vi } from 'vitest';
import { keepPresence } from '../../../pipeline/calls/keepPresence.ts';
import type { PresenceEvent } from '../../../pipeline/meetings/presence.ts';
import { patientId } from '../memoryCall.ts';
import { meetingId, memoryRecording } from '../memoryRecording.ts';

const joined: PresenceEvent = {
  eventId: 'event-1',
  kind: 'joined',
  at: '2026-11-28T09:00:00.000Z',
  meetingId,
  attendeeId: 'attendee-1',
  userId: patientId,
};

function keeping(env: Record<string, string> = {}) {
  const all = memoryRecording({ env });
  const log = vi.fn();
  return { ...all, log, keep: (event: PresenceEvent) => keepPresence({ ...all.ports, log }, event) };
}

test.each([
  ['on', true],
  ['off', false],
])('with records %s, whether the recording is to be looked at is %s', async (RECORDS, expected) => {
  const { keep, kept, log } = keeping({ RECORDS });
  expect(await keep(joined)).toBe(expected);
  expect([kept.presence, kept.measured, log.mock.calls]).toEqual([[joined], [], []]);
});

test('a meeting of somebody else is a line in the log, without the person', async () => {
  const { keep, log } = keeping();
  expect(await keep({ ...joined, meetingId: 'another' })).toBe(false);
  expect(log.mock.calls).toEqual([['a meeting of somebody else', { meetingId: 'another', kind: 'joined' }]]);
});

test('how long a call was that ended is measured', async () => {
  const { keep, kept } = keeping();
  await keep({ ...joined, kind: 'ended', attendeeId: null, userId: null });
  expect(kept.measured).toEqual([['CallSeconds', 60]]);
});
