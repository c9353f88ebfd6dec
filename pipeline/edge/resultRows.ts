import type { Ehr } from '../ehr.ts';
import { toReviewables } from '../reading/patient.ts';
import { keys } from '../recording/recording.ts';
import type { RecordingRow } from '../workflow.ts';

type Results = Parameters<Ehr['recordResults']>[1];

/** The results as the rows of four tables, as `record_results` takes them. */
export function toResults(row: RecordingRow, { transcript, entities, consultation }: Results) {
  return {
    recording: {
      ...toRow(row),
      status: consultation.status,
      duration_ms: transcript.durationMs,
      language: transcript.language,
      engine: transcript.engine.name,
      transcript_key: keys.transcript(row.recordingId),
      results_key: keys.consultation(row.recordingId),
      usage: consultation.usage,
      summary: consultation,
      started_at: consultation.startedAt,
      unmapped: entities.unmapped,
      findings: toReviewables({ consultation, entities: entities.entities }),
    },
    turns: transcript.turns.map(({ startMs, endMs, ...turn }) => ({ ...turn, start_ms: startMs, end_ms: endMs })),
    entities: entities.entities.map(({ startMs, endMs, assertion, ...entity }) => ({
      ...entity,
      codes: undefined, // they have a table of their own
      start_ms: startMs,
      end_ms: endMs,
      status: assertion.status,
      said: assertion.said,
      reason: assertion.reason,
      traits: assertion.traits,
      relative: assertion.relative,
      decided_by: assertion.decidedBy,
      to_check: assertion.toCheck,
    })),
    codes: entities.entities.flatMap(({ id, codes }) => codes.map((code) => ({ entity: id, ...code }))),
  };
}

/** The columns that name a recording. */
export function toRow({ recordingId, sessionId, recording }: RecordingRow) {
  return {
    recording_id: recordingId,
    session_id: sessionId,
    bucket: recording.bucket,
    key: recording.key,
    version_id: recording.versionId ?? null,
  };
}
