import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { inChannel } from './inChannel.ts';

test('everybody has one sign on a message, the last', async () => {
  const { on, messageId, list } = await inChannel();
  for (const reaction of ['👍', '❤️']) await on(providerId, 'react', { messageId, reaction });
  await on(patientId, 'react', { messageId, reaction: '👍' });
  const reactions = [
    { userId: providerId, reaction: '❤️' },
    { userId: patientId, reaction: '👍' },
  ];
  expect((await list()).messages).toMatchObject([{ reactions }]);
});

test.each(['', 'yes', '👍 👍', '5', 'x'.repeat(17)])('%j is no sign', async (reaction) => {
  const { on, messageId } = await inChannel();
  await expect(on(providerId, 'react', { messageId, reaction })).rejects.toMatchObject({ code: 'InvalidRequest' });
});

test('nobody reacts to what was taken back', async () => {
  const { on, messageId } = await inChannel();
  await on(patientId, 'redactMessage', { messageId });
  await expect(on(providerId, 'react', { messageId, reaction: '👍' })).rejects.toMatchObject({
    code: 'MessageNotFound',
  });
});
