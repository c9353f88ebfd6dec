import type { CallPorts } from '../../callPorts.ts';
import { capabilitiesOf } from '../../meetings/capabilities.ts';
import type { CallSession } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';
import { settle } from './settle.ts';

export interface Applied {
  userId: string;
  admitted: boolean;
  muted: boolean;
}

/**
 * Changes what somebody may send and receive: first in the session's row, which holds whenever that person comes, then for
 * the attendee that the row names. The request may be older than the meeting which that attendee is in.
 */
export async function applyTo(
  { calls, meetings }: CallPorts,
  { id: sessionId }: CallSession,
  change: { userId: string } & ({ admitted: true } | { muted: boolean }),
): Promise<Applied> {
  const row = await calls.setParticipant({ sessionId, ...change });
  if (row === null) throw new Refusal('ParticipantNotFound');
  const { userId, attendeeId, attendeeMeetingId: meetingId } = row;
  if (attendeeId === null || meetingId === null) return appliedOf(row);
  const wanted = capabilitiesOf(row);
  if ((await meetings.setCapabilities(meetingId, attendeeId, wanted)) === 'gone') return appliedOf(row);
  return appliedOf((await settle({ calls, meetings }, { sessionId, userId, meetingId, attendeeId }, wanted)) ?? row);
}

function appliedOf({ userId, admitted, muted }: Applied): Applied {
  return { userId, admitted, muted };
}
