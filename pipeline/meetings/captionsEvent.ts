import * as v from 'valibot';
import type { CaptionsReason } from './captions.ts';

/** What Chime tells of the captions of a meeting: that they are made, or that they are not any more. */
export type CaptionsEvent = { meetingId: string /** ISO 8601. */; at: string } & (
  | { runs: true }
  | { runs: false; reason: Extract<CaptionsReason, 'Failed' | 'Stopped'> }
);

/** An interruption passes, or a failure follows it. */
const kinds: ReadonlyMap<string, { runs: true } | { runs: false; reason: 'Failed' | 'Stopped' }> = new Map([
  ['chime:TranscriptionStarted', { runs: true }],
  ['chime:TranscriptionResumed', { runs: true }],
  ['chime:TranscriptionStopped', { runs: false, reason: 'Stopped' }],
  ['chime:TranscriptionFailed', { runs: false, reason: 'Failed' }],
]);

/** "Chime Meeting State Change" of EventBridge. */
const Event = v.object({
  source: v.literal('aws.chime'),
  detail: v.object({ eventType: v.string(), timestamp: v.number(), meetingId: v.string() }),
});

/** Undefined for what tells nothing of captions, whatever it is. */
export function toCaptionsEvent(event: unknown): CaptionsEvent | undefined {
  const { success, output } = v.safeParse(Event, event);
  const kind = success ? kinds.get(output.detail.eventType) : undefined;
  if (!success || kind === undefined) return undefined;
  const { meetingId, timestamp } = output.detail;
  return { meetingId, at: new Date(timestamp).toISOString(), ...kind };
}
