import { expect, test } from 'vitest';
import { ensureChannel } from '../../../pipeline/chats/ensureChannel.ts';
import { appointmentId, providerId } from '../memoryCall.ts';
import { memoryChat } from '../memoryChat.ts';

test('makes a channel for its two people, and asks nobody for one that is made', async () => {
  const { ports, kept } = memoryChat();
  const channel = await ports.chats.openChannel({ appointmentId, userId: providerId });
  const made = await ensureChannel(ports, channel);
  expect(made).toMatchObject({ channelId: channel.channelId, channelArn: kept.channel?.channelArn });
  expect(kept.chime.members.size).toBe(2);
  const before = kept.calls.length;
  expect(await ensureChannel(ports, made)).toEqual(made);
  expect(kept.calls).toHaveLength(before);
});
