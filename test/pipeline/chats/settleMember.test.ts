import { expect, test } from 'vitest';
import { settleLater, settleMember } from '../../../pipeline/chats/settleMember.ts';
import { appointmentId, providerId } from '../memoryCall.ts';
import { channelId, memberId, memoryChat } from '../memoryChat.ts';

test.each([
  ['before Chime has the channel', false],
  ['once it has', true],
])('somebody who is added %s is a member there, and is none once removed', async (_, isMade) => {
  const { ports, kept } = memoryChat();
  const { chats } = ports;
  await chats.openChannel({ appointmentId, userId: providerId });
  if (isMade) await chats.channelCreated({ channelId, channelArn: 'arn', providerArn: 'p', patientArn: 't' });
  const of = { channelId, userId: memberId, by: providerId };
  const { settling } = await chats.addMember(of);
  expect(settling).not.toBeNull();
  const arn = settling && (await settleMember(ports, settling));
  expect([kept.chime.members.has(arn ?? ''), (await chats.addMember(of)).settling]).toEqual([true, null]);
  await settleLater(ports, (await chats.removeMember(of)).settling);
  expect([kept.chime.members.has(arn ?? ''), (await chats.removeMember(of)).settling]).toEqual([false, null]);
});
