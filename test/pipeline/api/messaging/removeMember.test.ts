import { expect, test } from 'vitest';
import { patientId, providerId } from '../../memoryCall.ts';
import { memberId } from '../../memoryChat.ts';
import { inChannel } from './inChannel.ts';

test('somebody who was removed neither reads nor writes, even while Chime cannot be told', async () => {
  let fails = false;
  const { kept, on, list } = await inChannel({
    fault: (name) => (fails && name === 'removeMember at Chime' ? 'before' : undefined),
  });
  await on(providerId, 'addMember', { userId: memberId });
  fails = true;
  await on(providerId, 'removeMember', { userId: memberId });
  expect([...kept.chime.members].some((arn) => arn.endsWith(memberId))).toBe(true);
  await expect(list(memberId)).rejects.toMatchObject({ code: 'NotAParticipant' });
  fails = false;
  // The same request again tells Chime.
  await on(providerId, 'removeMember', { userId: memberId });
  expect([...kept.chime.members].some((arn) => arn.endsWith(memberId))).toBe(false);
  expect(kept.audit.filter(({ action }) => action === 'member_removed')).toHaveLength(1);
});

test.each([
  ['the patient', providerId, patientId, 'InvalidRequest'],
  ['the provider', providerId, providerId, 'InvalidRequest'],
  ['anybody by the patient', patientId, memberId, 'OnlyTheProvider'],
])('%s is not removed', async (_, by, userId, code) => {
  const { on, asked } = await inChannel();
  await expect(on(by, 'removeMember', { userId })).rejects.toMatchObject({ code });
  expect(asked()).toEqual([]);
});
