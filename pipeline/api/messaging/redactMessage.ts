import { bring } from '../../chats/bring.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Takes back what a message said: members see that there was one. Nothing is erased before its retention ends. */
export const redactMessage: ChatAction<'redactMessage'> =
  (ports) =>
  async ({ userId }, { channelId, messageId }) => {
    const written = done(await ports.chats.redactMessage({ channelId, userId, messageId }));
    return { message: { ...written.message, state: await bring(ports, written) } };
  };
