import { Refusal } from '../../refusals.ts';
import type { ChatAction } from './granted.ts';

/**
 * The messages of a channel, the newest first, and how far everybody has read. What comes while pages are turned stands
 * before the first one, and moves none.
 */
export const listMessages: ChatAction<'listMessages'> =
  ({ chats }) =>
  async ({ userId }, { channelId, limit, nextToken = null }) => {
    const found = await chats.listMessages({ channelId, userId, limit, nextToken });
    if (found === null) throw new Refusal('NotAParticipant');
    return found;
  };
