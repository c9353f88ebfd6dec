import type { Route } from '../../apiPorts.ts';
import type { CallbackPorts } from '../../callbackPorts.ts';
import { toCalledBack } from '../../meetings/callback.ts';
import { toCaptionsDetail } from '../../meetings/captionsEvent.ts';

/**
 * What Chime tells of a call's captions, by a second leg. Captions that ended are written off together with what is then due
 * at Chime: whoever finds them written off already leaves the rest alone. So `followMeeting` is told again, and nothing is
 * written here. Of jobs nothing is written anywhere: the workflow asks Transcribe itself.
 * @throws Refusal InvalidRequest, ForeignEvent, EventNotTaken, EventOutOfTime; ServiceUnavailable: it is to be sent again
 */
export const hearTranscription: Route<CallbackPorts, void> =
  ({ calls, nudges, config, now, log }) =>
  async (_, { body }) => {
    const { accountId, controlRegion, region } = config;
    const types = {
      'Chime Meeting State Change': { source: 'aws.chime', regions: [controlRegion] },
      'Transcribe Job State Change': { source: 'aws.transcribe', regions: [region] },
    };
    const event = toCalledBack(body, { accountId, types }, now());
    const captions = toCaptionsDetail(event);
    if (captions === undefined) return { outcome: 'nothing' };
    const { meetingId, eventType, timestamp } = captions;
    if ((await calls.recordingFacts({ meetingId })) === null) {
      log('a meeting of somebody else', { meetingId });
      return { outcome: 'nothing' };
    }
    await nudges.tell(meetingId, { eventType, timestamp });
    return { outcome: 'told' };
  };
