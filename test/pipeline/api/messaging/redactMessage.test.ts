import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { memberId } from '../../memoryChat.ts';
import { inChannel } from './inChannel.ts';

test.each([
  ['its sender', patientId],
  ['the provider', providerId],
])('%s takes back what a message said, here and at Chime', async (_, userId) => {
  const { kept, on, messageId, list } = await inChannel();
  for (let time = 0; time < 2; time += 1) await on(userId, 'redactMessage', { messageId });
  expect((await list()).messages).toMatchObject([{ message: '', redactedAt: expect.any(String) as string }]);
  expect(kept.chime.messages).toMatchObject([{ content: '', isRedacted: true }]);
  expect(kept.audit.filter(({ action }) => action === 'message_redacted')).toEqual([
    { action: 'message_redacted', userId, messageId },
  ]);
  // Nothing is erased before its retention ends.
  expect(kept.rows[0]?.versions).toEqual(['Good morning']);
  await expect(on(patientId, 'editMessage', { messageId, message: 'x' })).rejects.toMatchObject({
    code: 'MessageNotFound',
  });
});

test("nobody else takes back somebody's message", async () => {
  const { on, messageId, list } = await inChannel();
  await on(providerId, 'addMember', { userId: memberId });
  await expect(on(memberId, 'redactMessage', { messageId })).rejects.toMatchObject({ code: 'NotTheSender' });
  expect((await list()).messages).toMatchObject([{ message: 'Good morning' }]);
});
