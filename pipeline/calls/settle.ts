import type { CallPorts } from '../callPorts.ts';
import { capabilitiesOf, isSame } from '../meetings/capabilities.ts';
import type { CallParticipant, Capabilities } from '../meetings/call.ts';
import { Refusal } from '../refusals.ts';

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
  { calls, meetings, config }: Pick<CallPorts, 'calls' | 'meetings' | 'config'>,
  { sessionId, userId, meetingId, attendeeId }: Seated,
  has: Capabilities,
): Promise<CallParticipant | undefined> {
  let now = has;
  for (let tries = 0; tries < most; tries += 1) {
    const row = await calls.participant({ sessionId, userId });
    if (row === null) return undefined;
    const wanted = capabilitiesOf(row, config);
    if (isSame(now, wanted)) return row;
    if ((await meetings.setCapabilities(meetingId, attendeeId, wanted)) === 'gone') return undefined;
    now = wanted;
  }
  throw new Refusal('ChimeUnavailable');
}

/**
 * Brings the attendee that a row names to what the row allows, once the row was changed. That attendee may be in a later
 * meeting than the request knew.
 * @returns the row that it agrees with, or the given one where there is no such attendee
 */
export async function settleRow(
  ports: Pick<CallPorts, 'calls' | 'meetings' | 'config'>,
  sessionId: string,
  row: CallParticipant,
): Promise<CallParticipant> {
  const { userId, attendeeId, attendeeMeetingId: meetingId } = row;
  if (attendeeId === null || meetingId === null) return row;
  const wanted = capabilitiesOf(row, ports.config);
  if ((await ports.meetings.setCapabilities(meetingId, attendeeId, wanted)) === 'gone') return row;
  return (await settle(ports, { sessionId, userId, meetingId, attendeeId }, wanted)) ?? row;
}
