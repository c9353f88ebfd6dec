import type { Consultation } from './clinical/consultation.ts';
import type { Entities } from './clinical/entities.ts';
import type { SkipReason } from './errors.ts';
import type { Joined, JoinedFile } from './recording/joined.ts';
import type { RecordingObject } from './recording/recording.ts';
import type { EngineName } from './recording/route.ts';
import type { Participant } from './transcript/roster.ts';
import type { Transcript } from './transcript/transcript.ts';
import type { RecordingRow } from './workflow.ts';

export interface Session {
  sessionId: string;
  appointmentId: string | null;
  transcriptionEnabled: boolean;
  language: string | null;
  mediaRegion: string | null;
  /** Whether the meeting that was asked about was captured. */
  isCaptured: boolean;
}

export type RecordingStatus =
  | 'received'
  | 'transcribing'
  | 'extracting'
  | 'completed'
  | 'partial'
  | 'not_coded'
  | 'skipped'
  | 'failed';

/** A run of a recording, the first one or a re-run, as the health record has it. */
export interface RecordedRun {
  recordingId: string;
  status: RecordingStatus;
  recording: Pick<RecordingObject, 'bucket' | 'key' | 'versionId'>;
  /** Of its job; null when it came to none. */
  engine: string | null;
  language: string | null;
}

/** The health record. Each write may be repeated with the same effect. */
export interface Ehr {
  findSession(meetingId: string): Promise<Session | undefined>;
  /** The runs of a recording that the health record has heard of, the oldest first. */
  findRuns(recordingId: string): Promise<RecordedRun[]>;
  /** The other objects with a recording's bytes that were skipped as its duplicates, the oldest first. */
  findDuplicates(
    row: Pick<RecordingRow, 'recordingId' | 'sessionId'>,
  ): Promise<Pick<RecordingObject, 'bucket' | 'key'>[]>;
  /** Everybody who had an attendee in this meeting, once for each attendee. */
  findParticipants(meetingId: string): Promise<Participant[]>;
  /** Compares a joined file with its capture. The same file is answered the same, however often it is asked about. */
  recordJoined(file: JoinedFile): Promise<Joined>;
  recordStatus(
    row: RecordingRow,
    status: 'received' | 'transcribing' | 'extracting',
    facts: {
      language?: string;
      engine?: EngineName;
      durationMs?: number;
      transcriptKey?: string;
      /** The recording that came to nothing, whose bytes are tried again under another name. */
      duplicateOf?: string;
    },
  ): Promise<void>;
  recordResults(
    row: RecordingRow,
    results: { transcript: Transcript; entities: Entities; consultation: Consultation },
  ): Promise<void>;
  /** @param duplicateOf the recording whose bytes these are too */
  recordSkipped(row: RecordingRow, reason: SkipReason, message: string, duplicateOf?: string): Promise<void>;
  recordFailure(row: RecordingRow, name: string, message: string): Promise<void>;
}
