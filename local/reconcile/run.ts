import type { AuditEntry } from '../../pipeline/audit.ts';
import type { RecordingStatus } from '../../pipeline/ehr.ts';
import type { RecordingObject } from '../../pipeline/recording/recording.ts';

/** One run of a recording as each place knows it. What a place has never heard of is undefined. */
export interface Run {
  recordingId: string;
  /** The recording itself; for re-runs it is not looked up. */
  object: RecordingObject | undefined;
  execution: ExecutionStatus | undefined;
  row: RunRow | undefined;
  entries: readonly AuditEntry[];
  /** The numbers of those that will never get an anchor by themselves. */
  unanchored: readonly number[];
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** The health record's row, as the database spells it. */
export interface RunRow {
  recording_id: string;
  session_id: string | null;
  bucket: string;
  key: string;
  version_id: string | null;
  status: RecordingStatus;
  error_name: string | null;
  error_message: string | null;
}
