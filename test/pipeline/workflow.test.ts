import { expect, test } from 'vitest';
import { toAuditFacts, toRow } from '../../pipeline/workflow.ts';
import { inspected, meetingId, recording, recordingId, session, stepInput } from './visit.ts';

test('a row names the recording, its object and its session', () => {
  expect(toRow(inspected)).toEqual({ recordingId, recording, sessionId: session.sessionId });
});

test('the facts for the audit say whose it is and who acts, and nothing else of the input', () => {
  const input = { ...inspected, inspection: { ...inspected.inspection, text: 'my knee hurts' } };
  expect(toAuditFacts(input, 'storeResults')).toEqual({
    meetingId,
    appointmentId: session.appointmentId,
    recordingId,
    executionArn: stepInput.executionArn,
    actor: 'storeResults',
  });
});

test('a visit without an appointment is audited without one', () => {
  const input = { ...inspected, inspection: { ...inspected.inspection, appointmentId: null } };
  expect(toAuditFacts(input, 'storeResults').appointmentId).toBeNull();
});
