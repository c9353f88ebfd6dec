import type { CallPorts } from '../../callPorts.ts';
import { capabilitiesOf } from '../../meetings/capabilities.ts';
import type { CallSession } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';

export interface Applied {
  userId: string;
  admitted: boolean;
  muted: boolean;
}

/**
 * Changes what somebody may send and receive: first in the session's row, which holds whenever that person comes, then for
 * the attendee that is there now.
 */
export async function applyTo(
  { calls, meetings }: CallPorts,
  { id: sessionId, meeting }: CallSession,
  change: { userId: string } & ({ admitted: true } | { muted: boolean }),
): Promise<Applied> {
  const row = await calls.setParticipant({ sessionId, ...change });
  if (row === null) throw new Refusal('ParticipantNotFound');
  const { userId, admitted, muted, attendeeId } = row;
  if (meeting !== null && attendeeId !== null && row.attendeeMeetingId === meeting.meetingId) {
    await meetings.setCapabilities(meeting.meetingId, attendeeId, capabilitiesOf(row));
  }
  return { userId, admitted, muted };
}
