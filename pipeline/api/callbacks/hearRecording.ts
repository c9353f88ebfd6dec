import type { Route } from '../../apiPorts.ts';
import type { CallbackPorts } from '../../callbackPorts.ts';
import { keepNews } from '../../calls/keepNews.ts';
import { keepPresence } from '../../calls/keepPresence.ts';
import { type CalledBack, readDetail, toCalledBack } from '../../meetings/callback.ts';
import { toPipelineEvent } from '../../meetings/pipelineEvents.ts';
import { toPresenceEvent } from '../../meetings/presence.ts';

/**
 * What Chime tells of a call's people and of its capture, by a second leg: the same rows as `followMeeting` writes, by the
 * same functions of the database. What is due at Chime then is for `followMeeting`, which is woken.
 * @throws Refusal InvalidRequest, ForeignEvent, EventNotTaken, EventOutOfTime; ServiceUnavailable: it is to be sent again
 */
export const hearRecording: Route<CallbackPorts, void> =
  (ports) =>
  async (_, { body }) => {
    const { accountId, controlRegion, pipelinesRegion } = ports.config;
    const types = {
      'Chime Meeting State Change': { source: 'aws.chime', regions: [controlRegion] },
      'Chime Media Pipeline State Change': { source: 'aws.chime', regions: [pipelinesRegion] },
    };
    const meetingId = await keep(ports, toCalledBack(body, { accountId, types }, ports.now()));
    if (meetingId === undefined) return { outcome: 'nothing' };
    await ports.nudges.tell(meetingId);
    return { outcome: 'told' };
  };

/** @returns the meeting whose recording is to be looked at */
async function keep(ports: CallbackPorts, event: CalledBack): Promise<string | undefined> {
  const pipeline = readDetail(() => toPipelineEvent(event));
  if (pipeline) return (await keepNews(ports, pipeline))?.meetingId;
  const presence = readDetail(() => toPresenceEvent(event));
  return presence && (await keepPresence(ports, presence)) ? presence.meetingId : undefined;
}
