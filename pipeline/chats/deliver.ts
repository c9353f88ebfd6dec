import type { ChatPorts } from '../chatPorts.ts';
import type { ChatMember, Delivery, MessageState } from '../messaging/chat.ts';
import { Refusal } from '../refusals.ts';
import { ensureChannel } from './ensureChannel.ts';
import { seatSystem } from './seatSystem.ts';
import { settleMember } from './settleMember.ts';

type Given = Pick<ChatPorts, 'chats' | 'channels'>;

/**
 * Brings a message to Chime as it stands: sends it, under the same token and with the same content however often, then
 * changes it there. It may stop anywhere and be done again from the beginning.
 */
export async function deliver(ports: Given, delivery: Delivery): Promise<MessageState> {
  const { messageId, revision } = delivery;
  const { channelArn } = await ensureChannel(ports, delivery.channel);
  const chimeMessageId = delivery.chimeMessageId ?? (await send(ports, channelArn, delivery));
  const isThere =
    chimeMessageId !== undefined && (revision === 0 || (await change(ports, channelArn, chimeMessageId, delivery)));
  if (!isThere) {
    await ports.chats.messageFailed({ messageId, revision });
    return 'failed';
  }
  await ports.chats.messageSent({ messageId, chimeMessageId, revision });
  return 'confirmed';
}

/** @returns undefined when Chime will never take it: its channel is gone, or its sender no member any more */
async function send(ports: Given, channelArn: string, delivery: Delivery): Promise<string | undefined> {
  const { messageId, sender, code, firstMessage } = delivery;
  if (sender === null) return undefined;
  const channel = { ...delivery.channel, channelArn };
  const sendAs = (by: string) =>
    ports.channels.send({
      channelArn,
      by,
      token: messageId,
      content: firstMessage,
      metadata: JSON.stringify({ id: messageId, ...(code !== null && { code }) }),
    });
  const isSystem = sender.role === 'system';
  const settled = () =>
    isSystem ? seatSystem(ports, channel) : settleMember(ports, { channel, member: sender, isIn: true });
  // Nothing is kept of the system's own place in a channel: it asks for one where it has none.
  const known = isSystem ? await ports.channels.ensureUser(sender) : sender.userArn;
  let sent = await sendAs(known ?? (await settled()));
  // She is a member here: Chime is told, and asked once more.
  if (sent.outcome === 'notMember') sent = await sendAs(await settled());
  if (sent.outcome === 'notMember') throw new Refusal('ChimeUnavailable');
  return sent.outcome === 'sent' ? sent.chimeMessageId : undefined;
}

async function change(
  ports: Given,
  channelArn: string,
  chimeMessageId: string,
  { isRedacted, message, changedBy }: Delivery,
): Promise<boolean> {
  const of = { channelArn, by: await arnOf(ports, changedBy), chimeMessageId };
  const outcome = isRedacted ? await ports.channels.redact(of) : await ports.channels.edit({ ...of, content: message });
  return outcome === 'done';
}

async function arnOf({ channels }: Given, { userId, role, userArn }: ChatMember): Promise<string> {
  return userArn ?? channels.ensureUser({ userId, role });
}
