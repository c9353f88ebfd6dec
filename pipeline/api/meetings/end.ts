import type { MeetingAction } from './granted.ts';

/**
 * Ends the visit for everybody. The row is closed first, so that nobody comes in any more; until Chime has ended the
 * meeting too, the same request ends it, and so does the sweep.
 */
export const end: MeetingAction<'end'> =
  ({ calls, meetings, measure, now }) =>
  async ({ session: { id: sessionId }, userId }) => {
    const at = now().toISOString();
    const closed = await calls.closeSession({ sessionId, endedBy: userId, at });
    for (const meetingId of closed.meetings) {
      await meetings.remove(meetingId);
      await calls.meetingEnded({ meetingId, at });
    }
    if (closed.outcome === 'closed') measure(sessionId, 'CallSeconds', closed.seconds);
    return { session: { id: sessionId, status: 'ended' } };
  };
