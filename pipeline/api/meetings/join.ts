import { type EnterAnswer, enterAs } from './entered.ts';
import { wishesOf } from './create.ts';
import type { MeetingAction } from './granted.ts';

/**
 * Brings the caller into the visit that a meeting belonged to, with the same attendee as before. Where the meeting is no
 * more, and nobody ended the visit, it goes on in a new one.
 */
export const join: MeetingAction<'join'> =
  (ports) =>
  async (granted, request): Promise<EnterAnswer> => {
    const { calls, config } = ports;
    const session = await calls.openSession({
      sessionId: granted.session.id,
      userId: granted.userId,
      wishes: wishesOf(granted, request),
      mediaRegion: granted.session.mediaRegion ?? config.mediaRegions[0] ?? config.controlRegion,
      waitingRoom: config.waitingRoom,
    });
    const answer = await enterAs(ports, granted, session);
    return answer.meeting.MeetingId === request.meetingId ? answer : { ...answer, renewed: true };
  };
