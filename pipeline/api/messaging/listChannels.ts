import type { ChatAction } from './granted.ts';

/** The channels of which the caller is a member, the one with the newest message first. */
export const listChannels: ChatAction<'listChannels'> =
  ({ chats }) =>
  async ({ userId }, { limit, nextToken = null }) =>
    chats.listChannels({ userId, limit, nextToken });
