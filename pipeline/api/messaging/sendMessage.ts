import { bring } from '../../chats/bring.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/**
 * Sends a message. It is kept and audited when this answers, whether or not Chime has it by then: what has not arrived is
 * brought there by the next `deliverMessages`. The same token, or the same request after an answer that was lost, is the
 * same message.
 */
export const sendMessage: ChatAction<'sendMessage'> =
  (ports) =>
  async ({ userId }, { channelId, message, messageType, metadata = null, clientToken }) => {
    const messageId = crypto.randomUUID();
    const written = done(
      await ports.chats.acceptMessage({
        channelId,
        userId,
        messageId,
        clientToken: clientToken ?? messageId,
        messageType,
        message,
        metadata,
      }),
    );
    if (written.outcome === 'kept') ports.measure(channelId, 'MessagesAccepted', 1);
    return {
      message: {
        messageId: written.message.messageId,
        state: await bring(ports, written),
        createdAt: written.message.createdAt,
      },
    };
  };
