import type { ChatPorts } from '../chatPorts.ts';
import type { Settling } from '../messaging/chat.ts';
import { ensureChannel } from './ensureChannel.ts';
import { later } from './later.ts';

/** Makes Chime have somebody as a member, or no more, as it stands here. @returns the ARN of that person's user */
export async function settleMember(
  { chats, channels }: Pick<ChatPorts, 'chats' | 'channels'>,
  { channel, member, isIn }: Settling,
): Promise<string> {
  const { channelId, channelArn, providerId } = await ensureChannel({ chats, channels }, channel);
  const by = await channels.ensureUser({ userId: providerId, role: 'provider' });
  const userArn = await channels.ensureUser(member);
  if (isIn) await channels.addMember({ channelArn, by, member: userArn });
  else await channels.removeMember({ channelArn, by, member: userArn });
  const left = await chats.memberSettled({ channelId, userId: member.userId, userArn, isIn });
  // It was changed here meanwhile, and somebody else may have told Chime of that already: what came too late is undone.
  if (left !== null) await settleMember({ chats, channels }, left);
  return userArn;
}

/** The same, or leaves it to `deliverMessages`. @param settling null when Chime knows */
export async function settleLater(ports: ChatPorts, settling: Settling | null): Promise<void> {
  if (settling !== null) await later(ports, settling.channel.channelId, () => settleMember(ports, settling));
}
