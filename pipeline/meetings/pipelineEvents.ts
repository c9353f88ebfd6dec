import * as v from 'valibot';
import type { RecordingFacts } from './capture.ts';
import { overReason } from './captureAfter.ts';
import type { Happening } from './recordingLife.ts';

/** What Chime tells of a media pipeline: a capture, or a joining of its chunks. */
export interface PipelineEvent {
  pipelineId: string;
  /** `other`: something has changed that ends nothing. */
  kind: 'over' | 'failed' | 'other';
  /** When it happened, ISO 8601. */
  at: string;
}

/** Of these, only `MediaPipelineDeleted` is documented as it is written; the other one is described. */
const kinds: ReadonlyMap<string, PipelineEvent['kind']> = new Map([
  ['chime:MediaPipelineDeleted', 'over'],
  ['chime:MediaPipelinePermanentFailure', 'failed'],
]);

/** "Chime Media Pipeline State Change" of EventBridge. */
const OfPipeline = v.object({
  source: v.literal('aws.chime'),
  detail: v.object({ eventType: v.string(), timestamp: v.number(), mediaPipelineId: v.string() }),
});

/** Our own event: something has happened in a meeting of which Chime tells nothing. */
const OfMeeting = v.object({ source: v.literal('medzen.call'), detail: v.object({ meetingId: v.string() }) });

const typeOf = (event: unknown) => (event as { 'detail-type'?: unknown } | null)?.['detail-type'];

/**
 * What an event says of a media pipeline; undefined for one of another type.
 * @throws ValiError for one that is not as Chime sends them
 */
export function toPipelineEvent(event: unknown): PipelineEvent | undefined {
  if (typeOf(event) !== 'Chime Media Pipeline State Change') return undefined;
  const { detail } = v.parse(OfPipeline, event);
  const { eventType, timestamp, mediaPipelineId: pipelineId } = detail;
  return { pipelineId, kind: kinds.get(eventType) ?? 'other', at: new Date(timestamp).toISOString() };
}

/**
 * The meeting in which something has happened; undefined for an event of another type.
 * @throws ValiError for one that is not as we send them
 */
export function toChangedMeeting(event: unknown): string | undefined {
  if (typeOf(event) !== 'Meeting Changed') return undefined;
  return v.parse(OfMeeting, event).detail.meetingId;
}

/** What an event is news of; undefined for what only wakes the recording. Whether it comes too late, that one knows. */
export function newsOf({ kind, pipelineId, at }: PipelineEvent, facts: RecordingFacts): Happening | undefined {
  const { captureId, concatenationId } = facts.capture ?? {};
  if (kind === 'failed' && concatenationId === pipelineId) return { what: 'joinFailed' };
  // A joining that went well has written its file, and whoever receives that says so.
  if (kind === 'other' || captureId !== pipelineId) return undefined;
  return { what: 'over', reason: kind === 'failed' ? 'Failed' : overReason(facts), at };
}
