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
    const opening = {
      appointmentId: request.appointmentId,
      userId: granted.userId,
      wishes: wishesOf(granted, request, config),
      mediaRegion: mediaRegionFor(request.mediaRegion, config.mediaRegions),
      waitingRoom: config.waitingRoom,
    };
    return enterAs(ports, granted, opening, request.transcriptionLanguage);
  };

/**
 * The provider's own; nobody else's count, so that a patient's language keeps nobody out. When she first comes, a deployment
 * that records does so unless she says no; later, what she does not say stays as it is.
 * @throws Refusal LanguageNotSupported where she wants a transcript, or leaves that open
 */
export function wishesOf(
  { role, session }: Granted,
  request: RequestOf<'create'> | RequestOf<'join'>,
  { records }: Pick<CallPorts['config'], 'records'>,
): Wishes | null {
  if (role !== 'provider') return null;
  const { enableRecording, enableTranscription, transcriptionLanguage } = request;
  if (enableTranscription !== false) checkLanguage(transcriptionLanguage);
  const usual = records && !session?.providerCame ? true : undefined;
  return {
    recording: enableRecording ?? usual,
    transcription: enableTranscription ?? usual,
    language: transcriptionLanguage,
  };
}
