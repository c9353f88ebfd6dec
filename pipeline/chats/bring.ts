import type { ChatPorts, Written } from '../chatPorts.ts';
import type { MessageState } from '../messaging/chat.ts';
import { deliver } from './deliver.ts';
import { later } from './later.ts';

/** Brings what was written to Chime, or leaves that to `deliverMessages`. @returns how far it has come */
export async function bring(
  ports: ChatPorts,
  { message, delivery }: Extract<Written, { message: unknown }>,
): Promise<MessageState> {
  if (delivery === null) return message.state;
  return (await later(ports, message.channelId, () => deliver(ports, delivery))) ?? message.state;
}
