import * as v from 'valibot';
import type { CaptionsReason } from './captions.ts';

/** Whether captions are made, or are not any more. */
type Told = { runs: true } | { runs: false; reason: Extract<CaptionsReason, 'Failed' | 'Stopped'> };

/** What Chime tells of the captions of a meeting; `at` is when it happened, ISO 8601. */
export type CaptionsEvent = Told & { meetingId: string; at: string };

/** An interruption passes, or a failure follows it. */
const kinds: ReadonlyMap<string, Told> = new Map([
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
