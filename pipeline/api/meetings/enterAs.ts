import type { CallPorts, Calls } from '../../callPorts.ts';
import type { CallSession, ChimeAttendee, ChimeMeeting } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';
import { enter } from './enter.ts';
import type { Granted } from './granted.ts';

/** What `create` and `join` answer. */
export interface EnterAnswer {
  meeting: ChimeMeeting;
  attendee: ChimeAttendee;
  session: Pick<CallSession, 'id' | 'status'>;
  /** Whether the provider has let the caller out of the waiting room. */
  admitted: boolean;
  recordingEnabled: boolean;
  transcriptionEnabled: boolean;
  consent: { needed: boolean; text: string | null; textVersion: string | null; language: string | null };
  sdk: { url: string | null; integrity: string | null };
  /** The meeting that was asked for is over, and this is the next one of the same visit. */
  renewed?: boolean;
}

/** Nothing is recorded here yet, so there is nothing to agree to. */
const noConsent = { needed: false, text: null, textVersion: null, language: null };

/** Opens the session, brings the caller into its meeting, and says all that a client needs to join it. */
export async function enterAs(
  ports: CallPorts,
  { userId, role }: Granted,
  opening: Parameters<Calls['openSession']>[0],
): Promise<EnterAnswer> {
  const { calls, config, measure, now } = ports;
  const begun = now().getTime();
  const opened = await calls.openSession(opening);
  const participant = await calls.participant({ sessionId: opened.id, userId });
  // The visit was ended, or the appointment is somebody else's, since the request was granted.
  if (participant === null) throw new Refusal(opened.status === 'active' ? 'NotAParticipant' : 'MeetingEnded');
  // Or sent out of the session in which the visit goes on, while the request came by an older one.
  if (participant.status === 'removed') throw new Refusal('NotAParticipant');
  const { session, meeting, attendee, admitted } = await enter(ports, opened, participant);
  measure(session.id, 'JoinMs', now().getTime() - begun);
  return {
    meeting,
    attendee,
    session: { id: session.id, status: session.status },
    admitted: admitted || role === 'provider',
    recordingEnabled: false,
    transcriptionEnabled: false,
    consent: noConsent,
    sdk: config.sdk,
  };
}
