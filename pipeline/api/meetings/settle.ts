import type { CallPorts } from '../../callPorts.ts';
import { capabilitiesOf, isSame } from '../../meetings/capabilities.ts';
import type { CallParticipant, Capabilities } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';

export interface Seated {
  sessionId: string;
  userId: string;
  meetingId: string;
  attendeeId: string;
}

/** So often in a row may somebody else have changed the row meanwhile. */
const most = 5;

/**
 * Brings an attendee to what its person's row allows. Whoever changes the row sets the attendee as well, and the one that
 * sets it last may have read the row first: so the row is read again after each change, until both agree.
 * @param has what the attendee has now
 * @returns the row that it agrees with; undefined when there is no such row, or Chime no longer knows the attendee
 */
export async function settle(
  { calls, meetings }: Pick<CallPorts, 'calls' | 'meetings'>,
  { sessionId, userId, meetingId, attendeeId }: Seated,
  has: Capabilities,
): Promise<CallParticipant | undefined> {
  let now = has;
  for (let tries = 0; tries < most; tries += 1) {
    const row = await calls.participant({ sessionId, userId });
    if (row === null) return undefined;
    const wanted = capabilitiesOf(row);
    if (isSame(now, wanted)) return row;
    if ((await meetings.setCapabilities(meetingId, attendeeId, wanted)) === 'gone') return undefined;
    now = wanted;
  }
  throw new Refusal('ChimeUnavailable');
}
