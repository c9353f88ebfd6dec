import { ensureChannel } from '../../chats/ensureChannel.ts';
import type { ChatAction } from './granted.ts';

/** Finds the channel of an appointment, or makes it here and at Chime. Whoever comes second gets the same one. */
export const createChannel: ChatAction<'createChannel'> =
  (ports) =>
  async ({ userId }, { appointmentId }) => {
    const channel = await ports.chats.openChannel({ appointmentId: appointmentId.toLowerCase(), userId });
    return { channel: channel.status === 'active' ? await ensureChannel(ports, channel) : channel };
  };
