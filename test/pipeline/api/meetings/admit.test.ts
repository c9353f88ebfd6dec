import { expect, test } from 'vitest';
import { admit } from '../../../../pipeline/api/meetings/admit.ts';
import { memoryCall, patientId, providerId, userOf } from '../../memoryCall.ts';

test('lets somebody out of the waiting room, before she comes', async () => {
  const { ports, kept, grantedOf } = memoryCall();
  const request = { action: 'admit', meetingId: 'm', userId: patientId } as const;
  expect(await admit(ports)(grantedOf(providerId), request)).toEqual({
    userId: patientId,
    admitted: true,
    muted: false,
  });
  expect(kept.rows.get(patientId)?.admitted).toBe(true);
});

test('lets in nobody who was not named', async () => {
  const { ports, grantedOf } = memoryCall();
  const request = { action: 'admit', meetingId: 'm', userId: userOf(9) } as const;
  await expect(admit(ports)(grantedOf(providerId), request)).rejects.toMatchObject({ code: 'ParticipantNotFound' });
});
