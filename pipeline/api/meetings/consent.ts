import type { CallPorts } from '../../callPorts.ts';
import { settleRow } from '../../calls/settle.ts';
import { silenceCaptions } from '../../calls/silenceCaptions.ts';
import type { CallParticipant, CallSession } from '../../meetings/call.ts';
import { consentText, consentTextHash, consentVersions } from '../../meetings/consentTexts.ts';
import { isElsewhere } from '../../meetings/residence.ts';
import { Refusal } from '../../refusals.ts';
import type { MeetingAction } from './granted.ts';

/**
 * Keeps what the caller says to the recording of this meeting, with the hash of the text that was shown. While the meeting
 * is being recorded, this is how somebody is heard who had not agreed. A no is final for the meeting, whatever text it was
 * said to: it ends the captions at once, and the answer says what stands.
 */
export const consent: MeetingAction<'consent'> =
  (ports) =>
  async ({ session, userId }, { meetingId, decision, textVersion: read, language }) => {
    const { calls, config, now } = ports;
    const { consentVersion, withdrawn } = config;
    if (decision === 'given' && read !== consentVersion) throw new Refusal('ConsentTextOutdated');
    // Another deployment may have shown one that is not known here.
    const textVersion = consentVersions.includes(read) ? read : consentVersion;
    const shown = consentText(textVersion, withdrawn, [language, session.transcriptionLanguage]);
    const { outcome, standing, isSpoilt, participant } = await calls.recordConsent({
      sessionId: session.id,
      meetingId,
      userId,
      decision,
      textVersion,
      textSha256: await consentTextHash(shown),
      language: shown.language,
      withdrawn,
      at: now().toISOString(),
    });
    if (outcome === 'over' || participant === null) throw new Refusal('MeetingEnded');
    // Neither waits for the other: what one of them cannot do, the other one may.
    const done = await Promise.allSettled([
      participant.isRecorded && bringTo(ports, session, participant, { meetingId, isSpoilt }),
      (config.records || participant.isRecorded) && tell(ports, meetingId, standing === 'given'),
    ]);
    for (const one of done) if (one.status === 'rejected') throw one.reason;
    return { userId, decision: standing, textVersion: participant.consent?.textVersion ?? null, isSpoilt };
  };

/** What was said stands. Whoever is to be heard asks again where the meeting is controlled. */
async function bringTo(
  ports: CallPorts,
  { id: sessionId, meeting }: CallSession,
  participant: CallParticipant,
  { meetingId, isSpoilt }: { meetingId: string; isSpoilt: boolean },
): Promise<void> {
  if (meeting && isElsewhere(meeting, ports.config)) throw new Refusal('ChimeUnavailable');
  await settleRow(ports, sessionId, participant);
  if (isSpoilt) await silenceCaptions(ports, { sessionId, meetingId, by: null, reason: 'Withdrawn' });
}

/**
 * Wakes the recording. It is told again by whoever asks again: a no is acknowledged only once it is on its way to those
 * who stop the recording, and what may begin is found by the sweep as well.
 */
async function tell({ nudges, log }: CallPorts, meetingId: string, hasAgreed: boolean): Promise<void> {
  try {
    await nudges.tell(meetingId);
  } catch (error) {
    if (!hasAgreed) throw error;
    log('nobody was told of a consent', { meetingId });
  }
}
