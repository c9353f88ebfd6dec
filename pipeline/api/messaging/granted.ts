import type { ChatPorts } from '../../chatPorts.ts';
import type { ChatContext } from '../../messaging/chat.ts';
import type { ChatActionName, ChatRequestOf } from '../../messaging/requests.ts';

/** A request that was granted: whose it is. */
export interface Granted extends ChatContext {
  userId: string;
}

/** An action of the chat, once it was granted. */
export type ChatAction<Name extends ChatActionName> = (
  ports: ChatPorts,
) => (granted: Granted, request: ChatRequestOf<Name>) => Promise<unknown>;
