import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Takes the caller's sign off a message. */
export const unreact: ChatAction<'unreact'> =
  ({ chats }) =>
  async ({ userId }, { channelId, messageId }) => {
    done(await chats.react({ channelId, userId, messageId, reaction: null }));
    return {};
  };
