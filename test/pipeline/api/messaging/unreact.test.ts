import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { inChannel } from './inChannel.ts';

test("takes the caller's sign away and nobody else's, and again is no error", async () => {
  const { on, messageId, list } = await inChannel();
  for (const userId of [providerId, patientId]) await on(userId, 'react', { messageId, reaction: '👍' });
  for (let time = 0; time < 2; time += 1) await on(providerId, 'unreact', { messageId });
  expect((await list()).messages).toMatchObject([{ reactions: [{ userId: patientId }] }]);
});
