import type { CallPorts } from '../../callPorts.ts';
import type { CallSession, LiveMeeting } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';

/**
 * Leaves a meeting that is controlled elsewhere, so that the visit goes on in one that is made here. Where it is not
 * controlled Chime would say that there is no such meeting, so only a region that says nothing at all is taken for dead;
 * a region that answers looks after its meetings through its own endpoint.
 * @returns the session without that meeting: with another one if somebody came first
 * @throws Refusal ChimeUnavailable where this deployment does not take over from that region, or the region answers
 */
export async function takeOver(
  { calls, config, elsewhere, log, now }: CallPorts,
  { id: sessionId }: CallSession,
  { meetingId, controlRegion }: LiveMeeting,
): Promise<CallSession> {
  if (controlRegion !== config.takesOverFrom) throw new Refusal('ChimeUnavailable');
  if (await elsewhere.answers({ controlRegion, meetingId })) throw new Refusal('ChimeUnavailable');
  log('a visit goes on without the region of its meeting', { meetingId, controlRegion });
  return calls.renewMeeting({ sessionId, meetingId, at: now().toISOString(), isLeft: true });
}
