import { bring } from '../../chats/bring.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Writes one of the caller's own messages anew. What it said before is kept, and shown to nobody. */
export const editMessage: ChatAction<'editMessage'> =
  (ports) =>
  async ({ userId }, { channelId, messageId, message }) => {
    const written = done(await ports.chats.editMessage({ channelId, userId, messageId, message }));
    return { message: { ...written.message, state: await bring(ports, written) } };
  };
