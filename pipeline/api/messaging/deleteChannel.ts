import { closeChannel } from '../../chats/closeChannel.ts';
import { later } from '../../chats/later.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Archives a channel: it can be read on, and nothing is erased before its retention ends. */
export const deleteChannel: ChatAction<'deleteChannel'> =
  (ports) =>
  async ({ userId }, { channelId }) => {
    const { channel } = done(await ports.chats.archiveChannel({ channelId, userId }));
    await later(ports, channelId, () => closeChannel(ports, channel));
    return { channel };
  };
