import type { CallPorts } from '../callPorts.ts';
import type { CallParticipant } from '../meetings/call.ts';
import { capabilitiesOf, isSame } from '../meetings/capabilities.ts';
import { settleRow } from './settle.ts';

/** So many people are brought to their rows at once: Chime takes ten requests a second, and a few more now and then. */
const atOnce = 5;

/**
 * Brings the attendees to their rows for whom it makes a difference whether the meeting is recorded or captioned. That is
 * whoever was let in and has not agreed.
 */
export async function settleHeard(
  ports: Pick<CallPorts, 'calls' | 'meetings' | 'config'>,
  sessionId: string,
  participants: readonly CallParticipant[],
): Promise<void> {
  const may = (row: CallParticipant, isRecorded: boolean) => capabilitiesOf({ ...row, isRecorded }, ports.config);
  const heard = participants.filter((row) => !isSame(may(row, true), may(row, false)));
  for (let from = 0; from < heard.length; from += atOnce) {
    await Promise.all(heard.slice(from, from + atOnce).map((row) => settleRow(ports, sessionId, row)));
  }
}
