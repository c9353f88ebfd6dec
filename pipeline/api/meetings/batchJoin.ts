import { capabilitiesOf } from '../../meetings/capabilities.ts';
import type { CallParticipant } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';
import type { MeetingAction } from './granted.ts';

/**
 * Names people who may join, up to a hundred, and makes an attendee of each. Whoever is known already keeps her attendee.
 * Tokens are not handed out here: each person gets her own by `join`.
 */
export const batchJoin: MeetingAction<'batch-join'> =
  ({ calls, meetings, config }) =>
  async ({ session: { id: sessionId, meeting } }, { userIds }) => {
    if (meeting === null) throw new Refusal('MeetingEnded');
    const { meetingId } = meeting;
    const { participants, unknown } = await calls.invite({ sessionId, userIds, waitingRoom: config.waitingRoom });
    const isSeated = (one: CallParticipant) => one.attendeeMeetingId === meetingId && one.attendeeId !== null;
    const missing = participants.filter((one) => !isSeated(one));
    const made = await meetings.createAttendees(
      meetingId,
      missing.map((one) => ({ userId: one.userId, capabilities: capabilitiesOf(one) })),
    );
    if (!made) throw new Refusal('MeetingEnded');
    const seated = await Promise.all(
      made.attendees.map(async ({ AttendeeId: attendeeId, ExternalUserId: userId }) => {
        const seat = { sessionId, meetingId, userId, attendeeId, replaces: null };
        const { participant } = await calls.recordAttendee(seat);
        if (participant?.attendeeId !== attendeeId) await meetings.removeAttendee(meetingId, attendeeId);
        return { userId, attendeeId: participant?.attendeeId ?? null };
      }),
    );
    const attendees = [...participants.filter(isSeated), ...seated].flatMap(({ userId, attendeeId }) =>
      attendeeId === null ? [] : [{ userId, attendeeId }],
    );
    const errors = [...unknown.map((userId) => ({ userId, code: 'UnknownUser' })), ...made.errors];
    return { meeting: meeting.data, attendees, errors };
  };
