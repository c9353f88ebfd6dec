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

/** "Chime Meeting State Change" of EventBridge, or our own event in which one is told again. */
const Event = v.object({
  source: v.picklist(['aws.chime', 'medzen.call']),
  detail: v.object({
    eventType: v.string(),
    /** A time that a date can have. */
    timestamp: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
    meetingId: v.string(),
  }),
});

/** Undefined for what tells nothing of captions, whatever it is. */
export function toCaptionsEvent(event: unknown): CaptionsEvent | undefined {
  const { meetingId, eventType, timestamp } = toCaptionsDetail(event) ?? {};
  const kind = kinds.get(eventType ?? '');
  if (meetingId === undefined || timestamp === undefined || kind === undefined) return undefined;
  return { meetingId, at: new Date(timestamp).toISOString(), ...kind };
}

/** The same in Chime's own words, by which it can be told again. */
export function toCaptionsDetail(event: unknown): v.InferOutput<typeof Event>['detail'] | undefined {
  const { success, output } = v.safeParse(Event, event);
  return success && kinds.has(output.detail.eventType) ? output.detail : undefined;
}
