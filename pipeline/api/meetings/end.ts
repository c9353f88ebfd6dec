import type { MeetingAction } from './granted.ts';

/**
 * Ends the visit for everybody. The row is closed first, so that nobody comes in any more; until Chime has ended the
 * meeting too, the same request ends it, and so does the sweep.
 */
export const end: MeetingAction<'end'> =
  ({ calls, meetings, config, measure, now }) =>
  async ({ session: { id: sessionId }, userId }) => {
    const at = now().toISOString();
    const { controlRegion } = config;
    // The sweep of another region ends what is controlled there; here Chime would say that there is no such meeting.
    const closed = await calls.closeSession({ sessionId, endedBy: userId, at, controlRegion });
    // Before anything can fail: whoever asks again does not find it open any more.
    if (closed.outcome === 'closed') measure(sessionId, 'CallSeconds', closed.seconds);
    for (const meetingId of closed.meetings) {
      await meetings.remove(meetingId);
      await calls.meetingEnded({ meetingId, at });
    }
    return { session: { id: sessionId, status: 'ended' } };
  };
