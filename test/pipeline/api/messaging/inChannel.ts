import { act } from '../../../../pipeline/api/messaging/act.ts';
import type { ChatMessage } from '../../../../pipeline/messaging/chat.ts';
import { appointmentId, callerOf, patientId, providerId } from '../../memoryCall.ts';
import { channelId, memoryChat, type MemoryChatOptions } from '../../memoryChat.ts';

const ofChime = [
  'ensureUser',
  'create',
  'addMember at Chime',
  'removeMember at Chime',
  'send',
  'edit',
  'redact',
  'close',
];

/** A channel with one message of the patient's, and the route before it. */
export async function inChannel(options: MemoryChatOptions = {}) {
  const chat = memoryChat(options);
  const send = (userId: string, body: unknown) => act(chat.ports)(callerOf(userId), { params: {}, body });
  const on = (userId: string, action: string, more: object = {}) => send(userId, { action, channelId, ...more });
  await send(providerId, { action: 'createChannel', appointmentId });
  const first = (await on(patientId, 'sendMessage', { message: 'Good morning' })) as { message: ChatMessage };
  const { messageId } = first.message;
  chat.kept.calls.length = 0;
  chat.kept.measured.length = 0;
  const asked = () => chat.kept.calls.filter((name) => ofChime.includes(name));
  const list = async (userId = providerId) =>
    (await on(userId, 'listMessages')) as { messages: ChatMessage[]; reads: object[]; nextToken: string | null };
  return { ...chat, send, on, first, messageId, asked, list };
}
