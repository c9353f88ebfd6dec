import { consentText, consentTextHash } from '../../meetings/consentTexts.ts';
import { isElsewhere } from '../../meetings/residence.ts';
import { Refusal } from '../../refusals.ts';
import type { MeetingAction } from './granted.ts';
import { settleRow } from '../../calls/settle.ts';
import { silenceCaptions } from '../../calls/silenceCaptions.ts';

/**
 * Keeps what the caller says to the recording of this meeting, with the hash of the text that was shown. While the meeting
 * is being recorded, this is how somebody is heard who had not agreed. A no is final for the meeting: it ends the
 * captions at once, and the answer says what stands.
 */
export const consent: MeetingAction<'consent'> =
  (ports) =>
  async ({ session, userId }, { meetingId, decision, textVersion, language }) => {
    const { calls, config, now } = ports;
    const { consentVersion, withdrawn } = config;
    if (textVersion !== consentVersion) throw new Refusal('ConsentTextOutdated');
    const shown = consentText(consentVersion, withdrawn, [language, session.transcriptionLanguage]);
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
    if (participant.isRecorded) {
      // What was said stands. Whoever is to be heard asks again where the meeting is controlled.
      if (session.meeting && isElsewhere(session.meeting, config)) throw new Refusal('ChimeUnavailable');
      await settleRow(ports, session.id, participant);
      if (isSpoilt) await silenceCaptions(ports, { sessionId: session.id, meetingId, by: null, reason: 'Withdrawn' });
    }
    return { userId, decision: standing, textVersion: participant.consent?.textVersion ?? null, isSpoilt };
  };
