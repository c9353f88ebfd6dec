import { mediaRegionOf } from '../../meetings/residence.ts';
import { wishesOf } from './create.ts';
import { type EnterAnswer, enterAs } from './enterAs.ts';
import type { MeetingAction } from './granted.ts';

/**
 * Brings the caller into the visit that a meeting belonged to, with the same attendee as before. Where the meeting is no
 * more, and nobody ended the visit, it goes on in a new one.
 */
export const join: MeetingAction<'join'> =
  (ports) =>
  async (granted, request): Promise<EnterAnswer> => {
    const { config } = ports;
    const opening = {
      sessionId: granted.session.id,
      userId: granted.userId,
      wishes: wishesOf(granted, request, config),
      mediaRegion: mediaRegionOf(granted.session, config.mediaRegions),
      waitingRoom: config.waitingRoom,
    };
    const answer = await enterAs(ports, granted, opening, request.transcriptionLanguage);
    return answer.meeting.MeetingId === request.meetingId ? answer : { ...answer, renewed: true };
  };
