import type { ChatPorts, Written } from '../../chatPorts.ts';
import { refusedBy } from '../../messaging/access.ts';
import type { ChatContext } from '../../messaging/chat.ts';
import type { ChatActionName, ChatRequestOf } from '../../messaging/requests.ts';
import { Refusal } from '../../refusals.ts';

/** A request that was granted: whose it is. */
export interface Granted extends ChatContext {
  userId: string;
}

/** An action of the chat, once it was granted. */
export type ChatAction<Name extends ChatActionName> = (
  ports: ChatPorts,
) => (granted: Granted, request: ChatRequestOf<Name>) => Promise<unknown>;

/**
 * What the record did. Between the look and the write, the person may have been removed, or the channel archived.
 * @throws Refusal for what it did not do
 */
export function done<Answer extends { outcome: string }>(
  answer: Answer,
): Exclude<Answer, { outcome: keyof typeof refusedBy }> {
  const { outcome } = answer;
  if (outcome === 'isParty') {
    throw new Refusal('InvalidRequest', 'The field userId names one of the two people of the appointment, who stay.');
  }
  if (outcome in refusedBy) throw new Refusal(refusedBy[outcome as keyof typeof refusedBy]);
  return answer as Exclude<Answer, { outcome: keyof typeof refusedBy }>;
}

export type Done = Extract<Written, { message: unknown }>;
