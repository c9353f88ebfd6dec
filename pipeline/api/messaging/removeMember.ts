import { settleLater } from '../../chats/settleMember.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Takes somebody out of a channel, who from then on reads and writes nothing there. */
export const removeMember: ChatAction<'removeMember'> =
  (ports) =>
  async ({ userId: by }, { channelId, userId }) => {
    const { settling } = done(await ports.chats.removeMember({ channelId, userId, by }));
    await settleLater(ports, settling);
    return { userId, isMember: false };
  };
