import { expect, test } from 'vitest';
import { closeChannel } from '../../../pipeline/chats/closeChannel.ts';
import { appointmentId, providerId } from '../memoryCall.ts';
import { memoryChat } from '../memoryChat.ts';

test.each([
  ['Chime is told', 'arn', ['ensureUser', 'close', 'channelClosed']],
  ['where Chime has none, nobody is', null, ['channelClosed']],
])('%s', async (_, channelArn, calls) => {
  const { ports, kept } = memoryChat();
  const channel = await ports.chats.openChannel({ appointmentId, userId: providerId });
  kept.calls.length = 0;
  await closeChannel(ports, { ...channel, channelArn, status: 'archived' });
  expect([kept.calls, kept.channel?.closed]).toEqual([calls, true]);
});
