import { expect, test } from 'vitest';
import { mute } from '../../../../pipeline/api/meetings/mute.ts';
import { memoryCall, patientId, providerId } from '../../memoryCall.ts';

test('takes the word away and gives it back, and lets nobody in', async () => {
  const { ports, kept, grantedOf } = memoryCall();
  for (const muted of [true, true, false]) {
    const request = { action: 'mute', meetingId: 'm', userId: patientId, muted } as const;
    expect(await mute(ports)(grantedOf(providerId), request)).toEqual({ userId: patientId, admitted: false, muted });
    expect(kept.rows.get(patientId)).toMatchObject({ admitted: false, muted });
  }
});
