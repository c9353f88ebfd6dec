import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { inChannel } from './inChannel.ts';

test('everybody sees how far somebody has read, also once the channel is archived', async () => {
  const { on, messageId, list, asked } = await inChannel();
  await on(providerId, 'deleteChannel');
  const before = asked().length;
  await on(providerId, 'markRead', { messageId });
  expect((await list(patientId)).reads).toMatchObject([{ userId: providerId, messageId }]);
  expect(asked()).toHaveLength(before);
});

test('not what there is not', async () => {
  const { on } = await inChannel();
  await expect(on(providerId, 'markRead', { messageId: patientId })).rejects.toMatchObject({ code: 'MessageNotFound' });
});
