import { Refusal } from '../../refusals.ts';
import type { MeetingAction } from './granted.ts';

/** Sends somebody out of the meeting. That person comes in again only when the provider names her by `batch-join`. */
export const remove: MeetingAction<'remove'> =
  ({ calls, meetings }) =>
  async ({ session: { id: sessionId }, userId: caller }, { userId }) => {
    if (userId === caller) {
      throw new Refusal('InvalidRequest', 'The field userId names the provider, who ends the meeting instead.');
    }
    const row = await calls.setParticipant({ sessionId, userId, removed: true });
    if (row === null) throw new Refusal('ParticipantNotFound');
    // In the meeting that the row names, which may be a later one than the request knew.
    if (row.attendeeMeetingId !== null && row.attendeeId !== null) {
      await meetings.removeAttendee(row.attendeeMeetingId, row.attendeeId);
    }
    return { userId, status: row.status };
  };
