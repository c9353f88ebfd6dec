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

test.each([
  ['removed', false],
  ['added again', true],
])('whoever is %s while Chime is told of what was before ends up as she stands', async (_, isIn) => {
  const { ports, kept } = memoryChat();
  const { chats } = ports;
  await chats.openChannel({ appointmentId, userId: providerId });
  const of = { channelId, userId: memberId, by: providerId };
  const ways = isIn ? (['addMember', 'removeMember', 'addMember'] as const) : (['addMember', 'removeMember'] as const);
  const settlings = [];
  for (const way of ways) settlings.push((await chats[way](of)).settling);
  // The newest comes first.
  for (const settling of settlings.toReversed()) await settleLater(ports, settling);
  expect([kept.chime.members.size - 2, (await chats[isIn ? 'addMember' : 'removeMember'](of)).settling]).toEqual([
    isIn ? 1 : 0,
    null,
  ]);
});
