import { enter } from '../../../pipeline/api/meetings/enter.ts';
import { newestConsentVersion } from '../../../pipeline/meetings/consentTexts.ts';
import { memoryCall, type MemoryCallOptions, patientId, providerId, rowOf, userOf } from '../memoryCall.ts';

/** Somebody whom the provider has named, and who has not agreed to anything. */
export const guestId = userOf(3);

/**
 * A meeting with provider and patient, who have agreed, and with a guest who has an attendee in it and is not there.
 * `turn` and `fault` take effect once all of them have come.
 */
export async function captioned({ turn, fault, env }: MemoryCallOptions = {}) {
  let hasBegun = false;
  const call = memoryCall({
    env: { RECORDS: 'on', MEDIA_REGIONS: 'eu-central-1,eu-west-1', ...env },
    turn: async (name) => (hasBegun ? turn?.(name) : undefined),
    fault: (name) => (hasBegun ? fault?.(name) : undefined),
  });
  const { kept, ports } = call;
  kept.session.status = 'active';
  kept.session.mediaRegion = 'eu-central-1';
  kept.rows.set(guestId, rowOf(guestId));
  const people = [providerId, patientId, guestId];
  for (const id of people) Object.assign(kept.rows.get(id) ?? {}, { admitted: true });
  const seats = new Map<string, string>();
  let meetingId = '';
  for (const id of people) {
    const { meeting, attendee } = await enter(ports, call.toSession(), kept.rows.get(id) ?? rowOf(id));
    seats.set(id, attendee.AttendeeId);
    meetingId = meeting.MeetingId;
  }
  for (const id of [providerId, patientId]) {
    const consent = { decision: 'given', textVersion: newestConsentVersion } as const;
    Object.assign(kept.rows.get(id) ?? {}, { consent });
  }
  kept.status = { present: [providerId, patientId].map((userId) => ({ userId, role: '', since: '' })) };
  kept.calls.length = 0;
  hasBegun = true;
  const audio = (id: string) => kept.rooms.get(meetingId)?.attendees.get(seats.get(id) ?? '')?.Capabilities.Audio;
  return {
    ...call,
    meetingId,
    /** What each of the three may send and hear. */
    audio: () => people.map(audio),
    /** Whether Chime makes captions. */
    isHeard: () => kept.heard.has(meetingId),
    /** As while captions are made. */
    restrain: () => {
      for (const one of kept.rooms.get(meetingId)?.attendees.values() ?? []) {
        if (one.ExternalUserId === guestId)
          one.Capabilities = { Audio: 'Receive', Video: 'Receive', Content: 'Receive' };
      }
    },
    switchOn: () => Object.assign(kept.captions, { on: true, language: 'en-US', engine: 'transcribe-medical' }),
    capturing: () => kept.rows.forEach((row) => void (row.isRecorded = true)),
  };
}
