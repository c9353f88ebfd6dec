import { filesOf } from '../../chats/filesOf.ts';
import { fileRefusedBy } from '../../messaging/access.ts';
import { fileLinkSeconds, toDisposition } from '../../messaging/attachment.ts';
import { Refusal } from '../../refusals.ts';
import { done } from './done.ts';
import type { ChatAction } from './granted.ts';

/** Gives a member a link to a message's file. Its sender is told here how far a file is that is no message yet, or why not. */
export const attachmentLink: ChatAction<'attachmentLink'> =
  (ports) =>
  async ({ userId }, { channelId, messageId }) => {
    const files = filesOf(ports);
    const opened = done(await ports.chats.openAttachment({ channelId, userId, messageId }));
    if (opened.outcome === 'pending') throw new Refusal('FileNotReady');
    if (opened.outcome === 'refused') throw new Refusal(fileRefusedBy[opened.refusedAs]);
    const { file, name } = opened;
    const { key, versionId, contentType, size } = file;
    if (versionId === null) throw new Refusal('FileNotReady');
    const expiresAt = new Date(ports.now().getTime() + fileLinkSeconds * 1000).toISOString();
    const of = { key, versionId, contentType, disposition: toDisposition(name) };
    return { url: await files.link(of, fileLinkSeconds), expiresAt, name, contentType, size };
  };
