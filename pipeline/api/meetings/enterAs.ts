import type { CallPorts, Calls } from '../../callPorts.ts';
import type { CallParticipant, CallSession, ChimeAttendee, ChimeMeeting } from '../../meetings/call.ts';
import { hasAgreed, isWished } from '../../meetings/consent.ts';
import { consentText } from '../../meetings/consentTexts.ts';
import { isHere, meetsIn } from '../../meetings/residence.ts';
import { Refusal } from '../../refusals.ts';
import { enter } from './enter.ts';
import type { Granted } from './granted.ts';

/** What `create` and `join` answer. */
export interface EnterAnswer {
  meeting: ChimeMeeting;
  attendee: ChimeAttendee;
  session: Pick<CallSession, 'id' | 'status'>;
  /** Whether the provider has let the caller out of the waiting room. */
  admitted: boolean;
  /** Whether this meeting is recorded once everybody has agreed, unless it was already: `status` says so. */
  recordingEnabled: boolean;
  /** Whether such a recording is transcribed. */
  transcriptionEnabled: boolean;
  /** The text is there wherever it is recorded, so that whoever has agreed can withdraw. */
  consent: { needed: boolean; text: string | null; textVersion: string | null; language: string | null };
  sdk: { url: string | null; integrity: string | null };
  /** The meeting that was asked for is over, and this is the next one of the same visit. */
  renewed?: boolean;
}

/** Nothing is recorded, so there is nothing to agree to. */
const noConsent = { needed: false, text: null, textVersion: null, language: null };

/**
 * Opens the session, brings the caller into its meeting, and says all that a client needs to join it.
 * @param language in which the caller would read the text of the consent
 */
export async function enterAs(
  ports: CallPorts,
  { userId, role }: Granted,
  opening: Parameters<Calls['openSession']>[0],
  language?: string,
): Promise<EnterAnswer> {
  const { calls, config, measure, now } = ports;
  const begun = now().getTime();
  const opened = await calls.openSession(opening);
  const participant = await calls.participant({ sessionId: opened.id, userId });
  // The visit was ended, or the appointment is somebody else's, since the request was granted.
  if (participant === null) throw new Refusal(opened.status === 'active' ? 'NotAParticipant' : 'MeetingEnded');
  // Or sent out of the session in which the visit goes on, while the request came by an older one.
  if (participant.status === 'removed') throw new Refusal('NotAParticipant');
  const { session, meeting, attendee, participant: row } = await enter(ports, opened, participant);
  measure(session.id, 'JoinMs', now().getTime() - begun);
  return {
    meeting,
    attendee,
    session: { id: session.id, status: session.status },
    admitted: row.admitted || role === 'provider',
    ...recordingOf(config, role === 'provider' ? { ...session, providerCame: true } : session, row, language),
    sdk: config.sdk,
  };
}

/** What holds of the recording for one person. */
function recordingOf(
  config: CallPorts['config'],
  session: CallSession,
  { consent, isRecorded }: CallParticipant,
  language: string | undefined,
): Pick<EnterAnswer, 'recordingEnabled' | 'transcriptionEnabled' | 'consent'> {
  const { consentVersion, withdrawn } = config;
  const isPossible = config.records && isHere(meetsIn(session), config);
  // What is recorded goes on, whatever was wished or switched off since.
  const recordingEnabled = (isRecorded || (isPossible && isWished(session))) && !session.meeting?.isSpoilt;
  if (!recordingEnabled) return { recordingEnabled, transcriptionEnabled: false, consent: noConsent };
  const { text, ...shown } = consentText(consentVersion, withdrawn, [language, session.transcriptionLanguage]);
  return {
    recordingEnabled,
    transcriptionEnabled: session.transcriptionEnabled || !session.providerCame,
    consent: {
      needed: !hasAgreed(consent, consentVersion),
      text,
      textVersion: shown.version,
      language: shown.language,
    },
  };
}
