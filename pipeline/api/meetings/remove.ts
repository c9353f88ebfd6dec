import { Refusal } from '../../refusals.ts';
import type { MeetingAction } from './granted.ts';

/** Sends somebody out of the meeting. That person comes in again only when the provider names her by `batch-join`. */
export const remove: MeetingAction<'remove'> =
  ({ calls, meetings }) =>
  async ({ session: { id: sessionId, meeting, providerId } }, { userId }) => {
    if (userId === providerId)
      throw new Refusal('InvalidRequest', 'The provider ends the meeting; she is not removed.');
    const row = await calls.setParticipant({ sessionId, userId, removed: true });
    if (row === null) throw new Refusal('ParticipantNotFound');
    if (meeting !== null && row.attendeeId !== null && row.attendeeMeetingId === meeting.meetingId) {
      await meetings.removeAttendee(meeting.meetingId, row.attendeeId);
    }
    return { userId, status: row.status };
  };
