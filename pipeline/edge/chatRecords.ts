import type { Chats } from '../chatPorts.ts';
import { type ServiceRpcOptions, toServiceRpc } from './serviceRpc.ts';

/** The functions of the database that the chat needs. Each takes one object and may be repeated. */
export function toChats(options: ServiceRpcOptions): Chats {
  const rpc = toServiceRpc(options);
  return {
    // The database reads them where it audits: `pipeline.note_chat`.
    from: ({ address, agent }) =>
      toChats({
        ...options,
        headers: {
          ...(address !== null && { 'x-client-address': address }),
          ...(agent !== null && { 'x-client-agent': agent }),
        },
      }),
    context: ({ issuer, subject }, asked) => rpc('chat_context', { issuer, subject, ...asked }),
    openChannel: (of) => rpc('open_channel', of),
    channelCreated: (of) => rpc('channel_created', of),
    acceptMessage: (of) => rpc('accept_message', of),
    messageSent: (of) => rpc('message_sent', of),
    messageFailed: (of) => rpc('message_failed', of),
    editMessage: (of) => rpc('edit_message', of),
    redactMessage: (of) => rpc('redact_message', of),
    markRead: (of) => rpc('mark_read', of),
    react: (of) => rpc('react', of),
    listMessages: (of) => rpc('list_messages', of),
    listChannels: (of) => rpc('list_channels', of),
    addMember: (of) => rpc('add_member', of),
    removeMember: (of) => rpc('remove_member', of),
    memberSettled: (of) => rpc('member_settled', of),
    archiveChannel: (of) => rpc('archive_channel', of),
    channelClosed: (of) => rpc('channel_closed', of),
    unsettled: (most) => rpc('messages_to_deliver', { most }),
    attachFile: (of) => rpc('attach_file', of),
    attachment: (of) => rpc('attachment', of),
    attachmentInspected: (of) => rpc('attachment_inspected', of),
    attachmentDiscarded: (of) => rpc('attachment_discarded', of),
    openAttachment: (of) => rpc('open_attachment', of),
    attachmentsToInspect: (most) => rpc('attachments_to_inspect', { most }),
  };
}
