/** How a recording stands, in the words of its list. */
export type RunState =
  | 'arrived'
  | 'transcribing'
  | 'extracting'
  | 'done'
  | 'partial'
  | 'notCoded'
  | 'skipped'
  | 'failed';

/** A recording on the list: ids, states and times, nothing of a patient. */
export interface Run {
  recordingId: string;
  /** Of its object; empty while nobody knows. */
  key: string;
  state: RunState;
  /** The state of the machine in which it is; null when it is in none. */
  step: string | null;
  /** ISO 8601, as all times here. */
  startedAt: string;
  endedAt: string | null;
  /** Of the recording, once it is known. */
  durationMs: number | null;
  why: string | null;
}

/** What stands in the page around a consultation. */
export interface FrameData {
  recordingId: string;
  /** The address of the consultation's page, and of its reader's session. */
  page: string;
  session: string;
}

/** A stand-in's session, as it is handed to the page. */
export interface StandInSession {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}
