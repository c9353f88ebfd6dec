import { capabilitiesOf } from '../../meetings/capabilities.ts';
import type { ChimeAttendee } from '../../meetings/call.ts';
import type { CallPorts } from '../../callPorts.ts';
import { Refusal } from '../../refusals.ts';
import type { MeetingAction } from './granted.ts';

interface Seats {
  attendees: { userId: string; attendeeId: string }[];
  errors: { userId: string; code: string }[];
}

/** Rows of one session are written one after the other: a hundred writes at once would wait longer than one may take. */
const atOnce = 10;

/**
 * Names people who may join, up to a hundred, and makes an attendee of each. Whoever is known already keeps her attendee.
 * Tokens are not handed out here: each person gets her own by `join`.
 */
export const batchJoin: MeetingAction<'batch-join'> =
  (ports) =>
  async ({ session: { id: sessionId, meeting }, userId: by }, { userIds }) => {
    if (meeting === null) throw new Refusal('MeetingEnded');
    const { calls, meetings, config } = ports;
    const { meetingId } = meeting;
    await sendOut(ports, { sessionId, meetingId, userIds });
    const { participants, unknown } = await calls.invite({ sessionId, userIds, waitingRoom: config.waitingRoom });
    const there = participants.flatMap(({ userId, attendeeId, attendeeMeetingId }) =>
      attendeeMeetingId === meetingId && attendeeId !== null ? [{ userId, attendeeId }] : [],
    );
    const made = await meetings.createAttendees(
      meetingId,
      participants
        .filter((one) => !there.some(({ userId }) => userId === one.userId))
        .map((one) => ({
          userId: one.userId,
          capabilities: capabilitiesOf(one, config),
        })),
    );
    if (!made) throw new Refusal('MeetingEnded');
    const seats: Seats[] = [];
    for (let from = 0; from < made.attendees.length; from += atOnce) {
      const some = made.attendees.slice(from, from + atOnce);
      seats.push(...(await Promise.all(some.map((one) => seatOf(ports, { sessionId, meetingId, by }, one)))));
    }
    const errors = unknown.map((userId) => ({ userId, code: 'UnknownUser' }));
    return {
      meeting: meeting.data,
      attendees: [...there, ...seats.flatMap((seat) => seat.attendees)],
      errors: [...errors, ...made.errors, ...seats.flatMap((seat) => seat.errors)],
    };
  };

/**
 * Whoever was sent out comes again as another attendee. The one of before is there no more, unless Chime could not be asked
 * to delete it: then it would be heard until the end, and no row would name it.
 */
async function sendOut(
  { calls, meetings }: CallPorts,
  { sessionId, meetingId, userIds }: { sessionId: string; meetingId: string; userIds: readonly string[] },
): Promise<void> {
  const { participants } = await calls.status(sessionId);
  for (const { userId, status, attendeeId, attendeeMeetingId } of participants) {
    if (status !== 'removed' || attendeeMeetingId !== meetingId || !userIds.includes(userId)) continue;
    if (attendeeId !== null) await meetings.removeAttendee(meetingId, attendeeId);
  }
}

/** The attendee that counts for one person: this one, or one that somebody else has made meanwhile. */
async function seatOf(
  { calls, meetings }: CallPorts,
  at: { sessionId: string; meetingId: string; by: string },
  { AttendeeId: attendeeId, ExternalUserId: userId }: ChimeAttendee,
): Promise<Seats> {
  const { outcome, participant } = await calls.recordAttendee({ ...at, userId, attendeeId, replaces: null });
  const counts = participant?.attendeeId ?? null;
  if (counts !== attendeeId) await meetings.removeAttendee(at.meetingId, attendeeId);
  // Removed again, or the meeting is over: what the row names is not of this meeting.
  if (outcome === 'over' || counts === null) return { attendees: [], errors: [{ userId, code: 'ChimeUnavailable' }] };
  return { attendees: [{ userId, attendeeId: counts }], errors: [] };
}
