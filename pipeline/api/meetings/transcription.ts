import type { CallPorts } from '../../callPorts.ts';
import { settleNotAgreed } from '../../calls/settleAll.ts';
import { silenceCaptions } from '../../calls/silenceCaptions.ts';
import { type Captions, captionsFor, type CaptionsReason, type CaptionsState } from '../../meetings/captions.ts';
import type { CallParticipant, LiveMeeting } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';
import type { GrantedMeeting, MeetingAction } from './granted.ts';

/** Switches the live captions of a meeting on or off, and says how they are then. */
export const transcription: MeetingAction<'transcription'> =
  (ports) =>
  async (granted, { meetingId, enabled, language }): Promise<{ captions: CaptionsState }> => {
    const { session, userId } = granted;
    const { meeting } = session;
    if (meeting?.meetingId !== meetingId) throw new Refusal('MeetingEnded');
    if (enabled) return { captions: await switchOn(ports, granted, meeting, language) };
    await silenceCaptions(ports, { sessionId: session.id, meetingId, by: userId });
    return { captions: { on: false, language: null, engine: null } };
  };

/**
 * Captions are written down before they begin: from then on, whoever has not agreed may not send, and nothing of such a
 * person is heard by the service.
 */
async function switchOn(
  ports: CallPorts,
  { session, userId: by }: GrantedMeeting,
  { meetingId, data }: LiveMeeting,
  language: string | undefined,
): Promise<CaptionsState> {
  const { calls, meetings, config, now } = ports;
  const mediaRegion = data.MediaRegion ?? session.mediaRegion ?? '';
  const captions = captionsFor(language ?? session.transcriptionLanguage, mediaRegion, config);
  if (!config.records) {
    throw new Refusal('ConsentMissing', 'This deployment does not record, so nobody is asked to agree.');
  }
  const { consentVersion: textVersion } = config;
  const at = now().toISOString();
  const { outcome, participants } = await calls.setCaptions({ meetingId, on: true, ...captions, textVersion, by, at });
  if (outcome === 'over') throw new Refusal('MeetingEnded');
  if (outcome === 'notAgreed') throw new Refusal('ConsentMissing');
  if (outcome === 'spoilt') throw new Refusal('ConsentMissing', 'Somebody has refused, or has withdrawn.');
  await begin(ports, { sessionId: session.id, meetingId, captions, participants });
  const found = await calls.status(session.id);
  // Somebody has switched them off meanwhile, and has perhaps asked Chime before they began.
  if (!found.captions.on) await meetings.stopCaptions(meetingId);
  return found.captions;
}

interface Beginning {
  sessionId: string;
  meetingId: string;
  captions: Captions;
  participants: readonly CallParticipant[];
}

/** Nobody is heard before everybody was brought to her row. Captions that do not begin are written off again. */
async function begin(ports: CallPorts, { captions, participants, ...at }: Beginning): Promise<void> {
  const silence = (reason: CaptionsReason) => silenceCaptions(ports, { ...at, by: null, reason });
  let became: 'started' | 'gone';
  try {
    await settleNotAgreed(ports, { ...at, participants });
    became = await ports.meetings.startCaptions(at.meetingId, captions);
  } catch (error) {
    // They may have begun. Where Chime cannot be asked to stop them either, they count as on, and nobody is let go.
    await silence('NotStarted').catch(() => {});
    throw error;
  }
  if (became === 'started') return;
  await silence('Ended');
  throw new Refusal('MeetingEnded');
}
