import type { CallPorts, Wishes } from '../../callPorts.ts';
import { mediaRegionFor } from '../../meetings/residence.ts';
import { checkLanguage, type RequestOf } from '../../meetings/requests.ts';
import { type EnterAnswer, enterAs } from './enterAs.ts';
import type { Granted } from './granted.ts';

/**
 * Opens the visit of an appointment and brings the caller into its meeting. It finds what is there: whoever comes second,
 * or presses again, gets the same meeting.
 */
export const create =
  (ports: CallPorts) =>
  async (granted: Granted, request: RequestOf<'create'>): Promise<EnterAnswer> => {
    const { config } = ports;
    return enterAs(ports, granted, {
      appointmentId: request.appointmentId,
      userId: granted.userId,
      wishes: wishesOf(granted, request),
      mediaRegion: mediaRegionFor(request.mediaRegion, config.mediaRegions),
      waitingRoom: config.waitingRoom,
    });
  };

/**
 * The provider's own; nobody else's count, so that a patient's language keeps nobody out.
 * @throws Refusal LanguageNotSupported where she wants a transcript, or leaves that open
 */
export function wishesOf({ role }: Granted, request: RequestOf<'create'> | RequestOf<'join'>): Wishes | null {
  if (role !== 'provider') return null;
  const { enableRecording, enableTranscription, transcriptionLanguage } = request;
  if (enableTranscription !== false) checkLanguage(transcriptionLanguage);
  return { recording: enableRecording, transcription: enableTranscription, language: transcriptionLanguage };
}
