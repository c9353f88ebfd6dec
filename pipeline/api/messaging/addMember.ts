import { settleLater } from '../../chats/settleMember.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Lets somebody into a channel, who reads all of it. */
export const addMember: ChatAction<'addMember'> =
  (ports) =>
  async ({ userId: by }, { channelId, userId }) => {
    const { settling } = done(await ports.chats.addMember({ channelId, userId, by }));
    await settleLater(ports, settling);
    return { userId, isMember: true };
  };
