import { expect, test } from 'vitest';
import { documentsOf } from '../consult.ts';
import { openFiles } from '../../../pipeline/reading/openFiles.ts';

test('a consultation that nobody has reviewed', async () => {
  const { transcript, entities, consultation } = await documentsOf(['P: I have a [cough].'], {
    category: 'MEDICAL_CONDITION',
    type: 'DX_NAME',
    codes: { cough: 'R05.9' },
  });
  const session = { sessionId: 's', providerId: 'p', patientId: 'q', status: 'ended' };
  const opened = openFiles(transcript, entities, consultation, { session, storedAt: '2026-03-04T12:00:00.000Z' });
  expect(opened).toMatchObject({
    recordingId: transcript.recordingId,
    session: { ...session, meetingId: transcript.meetingId, appointmentId: transcript.appointmentId },
    recording: { status: 'completed', storedAt: '2026-03-04T12:00:00.000Z', signedAt: null, releasedAt: null },
    codes: [{ code: 'R05.9', review: 'suggested', source: 'pipeline', reviewedAt: null }],
    findingReviews: [],
    corrections: [],
  });
  expect(opened.entities[0]).not.toHaveProperty('codes');
});
