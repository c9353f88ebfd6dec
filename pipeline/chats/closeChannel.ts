import type { ChatPorts } from '../chatPorts.ts';
import type { ChatChannel } from '../messaging/chat.ts';

/** Tells Chime that a channel is archived; where Chime has none, there is nobody to tell. */
export async function closeChannel(
  { chats, channels }: Pick<ChatPorts, 'chats' | 'channels'>,
  { channelId, channelArn, providerId }: ChatChannel,
): Promise<void> {
  if (channelArn !== null) {
    await channels.close(channelArn, await channels.ensureUser({ userId: providerId, role: 'provider' }));
  }
  await chats.channelClosed({ channelId });
}
