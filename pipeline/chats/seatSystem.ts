import type { ChatPorts } from '../chatPorts.ts';
import type { ChatChannel } from '../messaging/chat.ts';

/** The app instance user that sends what the system says. No user's id is like it. */
const system = { userId: 'system', role: 'system' } as const;

/** Makes Chime have the system's user as a member of a channel, by its moderator. @returns the ARN of that user */
export async function seatSystem(
  { channels }: Pick<ChatPorts, 'channels'>,
  { channelArn, providerId }: ChatChannel & { channelArn: string },
): Promise<string> {
  const by = await channels.ensureUser({ userId: providerId, role: 'provider' });
  const member = await channels.ensureUser(system);
  await channels.addMember({ channelArn, by, member });
  return member;
}
