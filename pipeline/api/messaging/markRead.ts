import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Notes how far the caller has read. It only goes forward. */
export const markRead: ChatAction<'markRead'> =
  ({ chats }) =>
  async ({ userId }, { channelId, messageId }) => {
    done(await chats.markRead({ channelId, userId, messageId }));
    return {};
  };
