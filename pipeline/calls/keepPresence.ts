import type { CallPorts } from '../callPorts.ts';
import type { PresenceEvent } from '../meetings/presence.ts';

/**
 * Writes down who came or left, once, whichever leg tells of it first.
 * @returns whether the recording of the meeting is to be looked at now: it is ours, and calls are recorded here. What was
 *   begun before that was switched off is the sweep's.
 */
export async function keepPresence(
  { calls, config, log, measure }: Pick<CallPorts, 'calls' | 'log' | 'measure'> & { config: { records: boolean } },
  presence: PresenceEvent,
): Promise<boolean> {
  const { meetingId, kind } = presence;
  const { isOurs, closed, seconds } = await calls.recordPresence(presence);
  if (!isOurs) log('a meeting of somebody else', { meetingId, kind });
  if (closed) measure(meetingId, 'CallSeconds', seconds);
  return isOurs && config.records;
}
