import type { CallPorts } from '../callPorts.ts';
import { callQueue } from '../edge/callLambda.ts';
import type { Step } from '../edge/lambda.ts';
import { toPresenceEvent } from '../meetings/presence.ts';

/**
 * Writes down who came and who left, as Chime tells of it. Events may be late, twice or out of order: the database puts
 * them in the order in which they happened. Those that never come are the sweep's.
 */
export const followMeeting: Step<unknown, void, CallPorts> =
  ({ calls, log, measure }) =>
  async (event) => {
    const presence = toPresenceEvent(event);
    if (presence === undefined) return;
    const { meetingId, kind } = presence;
    const { isOurs, closed, seconds } = await calls.recordPresence(presence);
    if (!isOurs) log('a meeting of somebody else', { meetingId, kind });
    if (closed) measure(meetingId, 'CallSeconds', seconds);
  };

export const handler = callQueue('followMeeting', followMeeting);
