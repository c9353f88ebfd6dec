import { filesOf } from '../../chats/filesOf.ts';
import { attachmentKey, type FileType, fileLinkSeconds } from '../../messaging/attachment.ts';
import { toFileName } from '../../messaging/fileName.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/**
 * Announces a file, and says where to put it. It is a message once it has come and was looked at; until then nobody but its
 * sender knows of it. The same file announced again is another one.
 */
export const attach: ChatAction<'attach'> =
  (ports) =>
  async ({ userId }, { channelId, size, checksum, ...request }) => {
    const files = filesOf(ports);
    // The request was refused unless it is one of them.
    const contentType = request.contentType as FileType;
    const name = toFileName(request.name, contentType);
    const messageId = crypto.randomUUID();
    const key = attachmentKey(channelId, messageId, contentType);
    done(await ports.chats.attachFile({ channelId, userId, messageId, key, name, contentType, size, checksum }));
    const expiresAt = new Date(ports.now().getTime() + fileLinkSeconds * 1000).toISOString();
    const upload = await files.upload({ key, contentType, size, checksum }, fileLinkSeconds);
    return { messageId, name, state: 'pending', upload: { method: 'PUT', ...upload, expiresAt } };
  };
