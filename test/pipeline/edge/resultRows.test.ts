import { expect, test } from 'vitest';
import { toConsultation } from '../../../pipeline/clinical/consultation.ts';
import { toResults } from '../../../pipeline/edge/resultRows.ts';
import { answer, mention, merged } from '../answers.ts';
import { transcriptOf } from '../transcriptOf.ts';
import { recording, recordingId, session } from '../visit.ts';

const row = { recordingId, recording, sessionId: session.sessionId };

test('rows name what they belong to', async () => {
  const transcript = transcriptOf([
    [0, 'Any cough?'],
    [1, 'Yes.'],
  ]);
  const relabelled = [{ begin: 0, end: 3, label: 'spk_1' }];
  Object.assign(transcript.turns[0] ?? {}, { relabelled });
  const ICD10CMConcepts = [{ Code: 'R05.9', Description: 'Cough, unspecified', Score: 0.9 }];
  const entities = await merged(
    transcript,
    answer(transcript, 'InferICD10CM', [mention(transcript, 'cough', { ICD10CMConcepts })]),
  );
  const unmapped = [{ type: 'DOSAGE', begin: 0, end: 3, text: 'Any', score: 0.4 }];
  const consultation = toConsultation(transcript, entities, { coded: true, icd10cm: null });
  const rows = toResults(row, { transcript, entities: { ...entities, unmapped }, consultation });
  const id = entities.entities[0]?.id;
  expect(rows).toMatchObject({
    recording: {
      recording_id: recordingId,
      session_id: session.sessionId,
      bucket: recording.bucket,
      key: recording.key,
      version_id: 'v1',
      status: 'completed',
      duration_ms: 600_000,
      language: transcript.language,
      engine: transcript.engine.name,
      transcript_key: `transcripts/${recordingId}/transcript.json`,
      results_key: `results/${recordingId}/consultation.json`,
      usage: consultation.usage,
      summary: { schema: 'medzen.consultation/2' },
      started_at: null,
      unmapped,
      findings: [
        {
          id,
          kind: 'condition',
          list: 'problems',
          status: 'present',
          label: 'cough',
          entities: [id],
          contradicted: false,
          choices: { present: { list: 'problems', section: 'told', sentence: expect.stringContaining('{label}') } },
        },
      ],
    },
    turns: [
      {
        index: 0,
        speaker: 'spk_0',
        role: 'clinician',
        start_ms: 500,
        begin: 0,
        end: 10,
        text: 'Any cough?',
        words: transcript.turns[0]?.words,
        relabelled,
      },
      { index: 1, speaker: 'spk_1', role: 'patient', text: 'Yes.' },
    ],
    entities: [
      {
        id,
        begin: 4,
        end: 9,
        text: 'cough',
        status: 'present',
        said: 'present',
        reason: 'answered-yes',
        relative: null,
        decided_by: { turn: 1, begin: 11, end: 15 },
        to_check: null,
        codes: undefined,
      },
    ],
    codes: [{ entity: id, system: 'ICD-10-CM', code: 'R05.9', rank: 1 }],
  });
  // The database refuses a key that it does not know.
  expect(Object.keys(rows.turns[1] ?? {})).not.toContain('relabelled');
  expect(Object.keys(rows.turns[0] ?? {})).not.toContain('startMs');
});
