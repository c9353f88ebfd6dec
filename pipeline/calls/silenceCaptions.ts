import type { CallPorts } from '../callPorts.ts';
import type { CaptionsReason } from '../meetings/captions.ts';
import { settleNotAgreed } from './settleAll.ts';

/** Whose captions end, and why; whoever ends them needs no reason. */
export type Silenced = { sessionId: string; meetingId: string } & (
  | { by: string }
  | { by: null; reason: CaptionsReason }
);

/**
 * Ends the captions of a meeting; there may be none. They are written off only when Chime makes none any more, because
 * whoever has not agreed is kept from sending by that row. Chime is asked once more afterwards: somebody may have started
 * them again before they were written off.
 */
export async function silenceCaptions(
  ports: Pick<CallPorts, 'calls' | 'meetings' | 'config' | 'now'>,
  { sessionId, meetingId, ...why }: Silenced,
): Promise<void> {
  const { calls, meetings, now } = ports;
  await meetings.stopCaptions(meetingId);
  const { participants } = await calls.setCaptions({ meetingId, on: false, at: now().toISOString(), ...why });
  await meetings.stopCaptions(meetingId);
  await settleNotAgreed(ports, { sessionId, meetingId, participants });
}
