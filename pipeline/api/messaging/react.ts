import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Puts the caller's sign on a message, in place of the one that she had there. */
export const react: ChatAction<'react'> =
  ({ chats }) =>
  async ({ userId }, { channelId, messageId, reaction }) => {
    done(await chats.react({ channelId, userId, messageId, reaction }));
    return {};
  };
