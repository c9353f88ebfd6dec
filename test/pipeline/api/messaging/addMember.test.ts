import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { memberId, strangerId } from '../../memoryChat.ts';
import { inChannel } from './inChannel.ts';

test('somebody who was added reads all of it and writes, here and at Chime, however often she is added', async () => {
  const { kept, on, list } = await inChannel();
  for (let time = 0; time < 2; time += 1) await on(providerId, 'addMember', { userId: memberId });
  expect((await list(memberId)).messages).toMatchObject([{ message: 'Good morning' }]);
  await on(memberId, 'sendMessage', { message: 'Hello' });
  expect(kept.chime.messages).toHaveLength(2);
  expect(kept.audit.filter(({ action }) => action === 'member_added')).toHaveLength(1);
});

test.each([
  ['by the patient', patientId, memberId, 'OnlyTheProvider'],
  ['who is no user', providerId, strangerId, 'ParticipantNotFound'],
])('nobody is added %s', async (_, by, userId, code) => {
  const { on, asked } = await inChannel();
  await expect(on(by, 'addMember', { userId })).rejects.toMatchObject({ code });
  expect(asked()).toEqual([]);
});
