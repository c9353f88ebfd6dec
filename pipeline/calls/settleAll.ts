import type { CallPorts } from '../callPorts.ts';
import type { RecordingFacts } from '../meetings/capture.ts';
import type { CallParticipant } from '../meetings/call.ts';
import { mayBeHeard } from '../meetings/consent.ts';
import { settle } from './settle.ts';

/** Each is looked at and perhaps set: Chime takes ten requests a second, and a few more now and then. */
const atOnce = 5;

type Ports = Pick<CallPorts, 'calls' | 'meetings' | 'config'>;
type Meeting = Pick<RecordingFacts, 'sessionId' | 'meetingId' | 'participants'>;

/**
 * Brings the attendees of `participants` to what their rows allow, which changes when a recording or captions begin or end.
 * @returns how many of them could be heard without having agreed
 * @throws Refusal when one of them cannot be looked at or set, after those who were asked for together with that one:
 *   nothing that hears people may begin then
 */
export async function settleAll(ports: Ports, { participants, ...at }: Meeting): Promise<number> {
  let heard = 0;
  for (let from = 0; from < participants.length; from += atOnce) {
    const some = participants.slice(from, from + atOnce);
    for (const one of await Promise.allSettled(some.map((row) => settleOne(ports, at, row)))) {
      if (one.status === 'rejected') throw one.reason;
      if (one.value) heard += 1;
    }
  }
  return heard;
}

/** Does so for those who have not agreed: to everybody else, recordings and captions make no difference. */
export async function settleNotAgreed(ports: Ports, { participants, ...at }: Meeting): Promise<number> {
  const { consentVersion } = ports.config;
  return settleAll(ports, {
    ...at,
    participants: participants.filter((row) => !mayBeHeard(row.consent, consentVersion)),
  });
}

/** @returns whether she could be heard without having agreed */
async function settleOne(
  ports: Ports,
  { sessionId, meetingId }: Omit<Meeting, 'participants'>,
  { userId, attendeeId, attendeeMeetingId }: CallParticipant,
): Promise<boolean> {
  if (attendeeId === null || attendeeMeetingId !== meetingId) return false;
  // What she has comes first: a row that is read after it is the newer one.
  const found = await ports.meetings.findAttendee(meetingId, attendeeId);
  if (found === undefined) return false;
  const row = await settle(ports, { sessionId, meetingId, userId, attendeeId }, found.Capabilities);
  const sends = found.Capabilities.Audio === 'SendReceive' || found.Capabilities.Audio === 'Send';
  return sends && row !== undefined && row.isRecorded && !mayBeHeard(row.consent, ports.config.consentVersion);
}
