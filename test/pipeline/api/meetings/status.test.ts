import { expect, test } from 'vitest';
import { status } from '../../../../pipeline/api/meetings/status.ts';
import { memoryCall, patientId, sessionId } from '../../memoryCall.ts';

// It is nine o'clock.
test.each<[string, string | null, string | null, number]>([
  ['has not begun', null, null, 0],
  ['goes on', '2026-11-28T08:59:00.400Z', null, 60],
  ['began a moment later by the clock of Chime', '2026-11-28T09:00:02.000Z', null, 0],
  ['has ended', '2026-11-28T08:00:00.000Z', '2026-11-28T08:10:00.000Z', 600],
  ['ended before anybody came', null, '2026-11-28T08:10:00.000Z', 0],
])('how long a visit has lasted that %s', async (_, startedAt, endedAt, seconds) => {
  const { ports, kept, grantedOf } = memoryCall();
  const present = [{ userId: patientId, role: 'patient', since: '2026-11-28T08:59:30.000Z' }];
  kept.status = { status: 'active', startedAt, endedAt, present, waiting: [patientId] };
  const answer = await status(ports)(grantedOf(patientId), { action: 'status', meetingId: 'm' });
  expect(answer).toEqual({
    session: { id: sessionId },
    status: 'active',
    startedAt,
    endedAt,
    seconds,
    present,
    waiting: [patientId],
    isRecording: false,
    participants: [...kept.rows.values()],
  });
});
