import type { CallPorts } from '../callPorts.ts';
import type { RecordingFacts } from '../meetings/capture.ts';
import type { CallParticipant } from '../meetings/call.ts';
import { hasAgreed } from '../meetings/consent.ts';
import { settle } from './settle.ts';

/** Chime takes ten requests a second before it slows down. */
const atOnce = 10;

/**
 * Brings every attendee of a meeting to what its person's row allows, which changes when a recording begins or ends.
 * @param of those who are looked at, of {@link RecordingFacts.participants}
 * @returns how many of them could be heard without having agreed
 * @throws Refusal when one of them cannot be looked at or set: all are looked at again then
 */
export async function settleAll(
  ports: Pick<CallPorts, 'calls' | 'meetings' | 'config'>,
  { sessionId, meetingId, participants }: Pick<RecordingFacts, 'sessionId' | 'meetingId' | 'participants'>,
): Promise<number> {
  let heard = 0;
  for (let from = 0; from < participants.length; from += atOnce) {
    const some = participants.slice(from, from + atOnce);
    const found = await Promise.all(some.map((one) => settleOne(ports, { sessionId, meetingId }, one)));
    heard += found.filter(Boolean).length;
  }
  return heard;
}

/** Those who are in the meeting, or may come back to it by the attendee that they have, and have not agreed. */
export function notAgreed({ participants }: Pick<RecordingFacts, 'participants'>, consentVersion: string) {
  return participants.filter(({ consent }) => !hasAgreed(consent, consentVersion));
}

/** @returns whether she could be heard without having agreed */
async function settleOne(
  ports: Pick<CallPorts, 'calls' | 'meetings' | 'config'>,
  at: { sessionId: string; meetingId: string },
  { userId, attendeeId, attendeeMeetingId }: CallParticipant,
): Promise<boolean> {
  if (attendeeId === null || attendeeMeetingId !== at.meetingId) return false;
  // What she has comes first: a row that is read after it is the newer one.
  const found = await ports.meetings.findAttendee(at.meetingId, attendeeId);
  if (found === undefined) return false;
  const row = await settle(ports, { ...at, userId, attendeeId }, found.Capabilities);
  const sends = found.Capabilities.Audio === 'SendReceive' || found.Capabilities.Audio === 'Send';
  return sends && row !== undefined && row.isRecorded && !hasAgreed(row.consent, ports.config.consentVersion);
}
