import type { ChatPorts } from '../chatPorts.ts';
import type { ChatChannel } from '../messaging/chat.ts';
import { channelDays } from '../messaging/limits.ts';

type Made = ChatChannel & { channelArn: string };

/** The channel as Chime has it. It is made there with its two people, as often as that takes. */
export async function ensureChannel(
  { chats, channels }: Pick<ChatPorts, 'chats' | 'channels'>,
  channel: ChatChannel,
): Promise<Made> {
  const { channelId, channelArn, providerId, patientId } = channel;
  if (channelArn !== null) return { ...channel, channelArn };
  const providerArn = await channels.ensureUser({ userId: providerId, role: 'provider' });
  const patientArn = await channels.ensureUser({ userId: patientId, role: 'patient' });
  const made = { channelId, by: providerArn, member: patientArn, expirationDays: channelDays };
  const arn = await channels.create(made);
  return { ...(await chats.channelCreated({ channelId, channelArn: arn, providerArn, patientArn })), channelArn: arn };
}
