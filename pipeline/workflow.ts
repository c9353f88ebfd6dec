import type { AuditEvent, ChainHead } from './audit.ts';
import type { SkipReason } from './errors.ts';
import type { Gap, PlanItem } from './clinical/extraction.ts';
import type { RecordingObject } from './recording/recording.ts';
import type { Route } from './recording/route.ts';

/** The states hand one another ids, S3 keys and counts: never a word that was said, never a name. */

/** The execution's input. */
export interface WorkflowInput {
  recordingId: string;
  recording: RecordingObject;
  /** Whether a re-run pays for everything anew; otherwise it adopts what earlier runs of the recording have paid for. */
  fresh?: boolean;
}

/** The input of every step: the execution's own, and which execution it is, for the audit. */
export interface StepInput extends WorkflowInput {
  executionArn: string;
}

/** The facts about a recording that may be transcribed. */
export interface Inspection extends Route {
  meetingId: string;
  sessionId: string;
  appointmentId: string | null;
  durationMs: number;
  /** The file ends before the recording does, or something of the call is missing in it. */
  truncated?: true;
  /** When its capture began, ISO 8601; nothing says when other recordings did. */
  startedAt?: string;
  /** Nothing of an earlier run is adopted. */
  fresh?: true;
}

export type InspectionOutcome =
  | ({ outcome: 'transcribe' } & Inspection & Chained)
  | { outcome: 'skip'; reason: SkipReason };

/**
 * Where the step before left the meeting's audit chain; null when it added nothing. The next entry is tried there first,
 * so that nobody has to ask: if another recording of the meeting has moved the chain on, the write is refused.
 */
export interface Chained {
  chain: ChainHead | null;
}

export interface InspectedInput extends StepInput, Partial<Chained> {
  inspection: Inspection;
}

export interface OfJob {
  /** The recording's own job, or that of an earlier run, whose output stays where it is. An older machine does not say. */
  jobName?: string;
}

export function jobOf({ recordingId, jobName }: StepInput & OfJob): string {
  return jobName ?? recordingId;
}

/** The state's view of a planned call: with `error` it finally failed, without one its answer is kept in S3. */
export type CallOutcome = PlanItem &
  Partial<Pick<Gap, 'error'>> & {
    /** The earlier run whose answer it is; absent when this run asked. */
    adoptedFrom?: string;
  };

/** The part that every write to the health record has, so that any write can be the first one. */
export interface RecordingRow {
  recordingId: string;
  sessionId: string | null;
  recording: RecordingObject;
}

export function toRow({ recordingId, recording, inspection }: InspectedInput): RecordingRow {
  return { recordingId, recording, sessionId: inspection.sessionId };
}

/** The part of an audit event that says whose recording it is and who acts. */
export function toAuditFacts(input: InspectedInput, actor: string): Omit<AuditEvent, 'action'> {
  const { meetingId, appointmentId } = input.inspection;
  return { meetingId, appointmentId, recordingId: input.recordingId, executionArn: input.executionArn, actor };
}
