import type { CallPorts } from '../callPorts.ts';
import type { CaptionsEvent } from '../meetings/captionsEvent.ts';
import { settleNotAgreed } from './settleAll.ts';

/**
 * What follows when Chime tells of captions. Those that failed, or stopped by themselves, are written off, so that the
 * session tells its people. Those that nobody wants, because they began after they were switched off, are stopped.
 */
export async function followCaptions(
  ports: Pick<CallPorts, 'calls' | 'meetings' | 'config'>,
  { meetingId, at, ...told }: CaptionsEvent,
): Promise<void> {
  const { calls, meetings } = ports;
  if (told.runs) {
    const facts = await calls.recordingFacts({ meetingId });
    if (facts?.captionsOn === false) await meetings.stopCaptions(meetingId);
    return;
  }
  const { outcome, participants, facts } = await calls.setCaptions({
    meetingId,
    on: false,
    by: null,
    at,
    reason: told.reason,
  });
  if (outcome !== 'kept' || facts === null) return;
  // Events come late: others may have been started since.
  await meetings.stopCaptions(meetingId);
  await settleNotAgreed(ports, { sessionId: facts.sessionId, meetingId, participants });
}
