import { expect, test } from 'vitest';
import { report } from '../../../../pipeline/api/meetings/report.ts';
import { memoryCall, patientId, sessionId } from '../../memoryCall.ts';

test('keeps what was measured, as that of the caller and of the visit', async () => {
  const { ports, kept, grantedOf } = memoryCall();
  const values = { rtt: 12 };
  const request = { action: 'report', meetingId: 'm', kind: 'quality', values } as const;
  expect(await report(ports)(grantedOf(patientId), request)).toEqual({});
  expect(kept.reports).toEqual([{ sessionId, userId: patientId, kind: 'quality', values }]);
});
