import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { inChannel } from './inChannel.ts';

test('a message is read in its last version, and Chime has it', async () => {
  const { kept, on, messageId, list } = await inChannel();
  const answer = await on(patientId, 'editMessage', { messageId, message: 'Good evening' });
  expect(answer).toMatchObject({ message: { message: 'Good evening', editedAt: expect.any(String) as string } });
  expect((await list()).messages).toMatchObject([{ message: 'Good evening', state: 'confirmed' }]);
  expect(kept.chime.messages).toMatchObject([{ content: 'Good evening' }]);
});

test('the same text again changes nothing', async () => {
  const { kept, on, messageId, asked } = await inChannel();
  await on(patientId, 'editMessage', { messageId, message: 'Good morning' });
  expect([kept.rows[0]?.revision, asked()]).toEqual([0, []]);
});

test.each([
  ['by somebody else, even the provider', providerId, {}, 'NotTheSender'],
  ['that there is not', patientId, { messageId: patientId }, 'MessageNotFound'],
  ['to more than fits', patientId, { message: 'é'.repeat(2_049) }, 'MessageTooLarge'],
])('no message is edited %s', async (_, userId, more, code) => {
  const { kept, on, messageId, asked } = await inChannel();
  await expect(on(userId, 'editMessage', { messageId, message: 'x', ...more })).rejects.toMatchObject({ code });
  expect([kept.rows[0]?.message, asked()]).toEqual(['Good morning', []]);
});
