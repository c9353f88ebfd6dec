import { expect, test } from 'vitest';
import { appointmentId, patientId, providerId } from '../../memoryCall.ts';
import { memberId } from '../../memoryChat.ts';
import { inChannel } from './inChannel.ts';

test('an archived channel is read on, and nobody writes in it, here or at Chime', async () => {
  const { kept, send, on, messageId, list } = await inChannel();
  for (let time = 0; time < 2; time += 1) await on(providerId, 'deleteChannel');
  expect((await list(patientId)).messages).toMatchObject([{ message: 'Good morning' }]);
  for (const [action, more] of [
    ['sendMessage', { message: 'x' }],
    ['editMessage', { message: 'x' }],
    ['redactMessage', {}],
    ['react', { reaction: '👍' }],
  ] as const) {
    await expect(on(patientId, action, { messageId, ...more })).rejects.toMatchObject({ code: 'ChannelArchived' });
  }
  await expect(on(providerId, 'addMember', { userId: memberId })).rejects.toMatchObject({ code: 'ChannelArchived' });
  expect([kept.chime.isClosed, kept.channel?.closed, kept.rows.length]).toEqual([true, true, 1]);
  expect(kept.audit.filter(({ action }) => action === 'channel_archived')).toHaveLength(1);
  expect(await send(patientId, { action: 'createChannel', appointmentId })).toMatchObject({
    channel: { status: 'archived' },
  });
});

test('not by the patient', async () => {
  const { on, asked } = await inChannel();
  await expect(on(patientId, 'deleteChannel')).rejects.toMatchObject({ code: 'OnlyTheProvider' });
  expect(asked()).toEqual([]);
});
