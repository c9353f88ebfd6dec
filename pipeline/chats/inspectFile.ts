import type { ChatPorts, Files } from '../chatPorts.ts';
import type { Attachment } from '../messaging/attachment.ts';
import { firstBytes, isOfType } from '../messaging/firstBytes.ts';
import { filesOf } from './filesOf.ts';

/**
 * Looks at a file whose bytes may have come: makes it a message, or refuses it and discards the bytes. Members read the message
 * at once, and `deliverMessages` brings it to Chime: whoever looks at what strangers send has no right there. It may be told of a
 * version again, late or never; it may stop anywhere and be done again from the beginning.
 * @param versionId the newest one unless it is given
 * @returns whether anything was there
 */
export async function inspectFile(
  ports: ChatPorts & { files: Files },
  file: Attachment,
  versionId?: string,
): Promise<boolean> {
  const { chats, files, measure } = ports;
  if (file.state !== 'pending') {
    await clear(ports, file, versionId ?? file.versionId);
    return true;
  }
  const found = await files.find(file.key, versionId);
  if (found === undefined) return false;
  const refusedAs = await judge(files, file, found);
  const { messageId } = file;
  const settled = await chats.attachmentInspected({ messageId, versionId: found.versionId, refusedAs });
  if (settled.outcome === 'kept') {
    if (settled.file.refusedAs === null) measure(file.channelId, 'FilesReady', 1);
    else measure(file.channelId, 'FilesRefused', 1, settled.file.refusedAs);
  }
  await clear(ports, settled.file, found.versionId);
  return true;
}

/** The same for a file of which no event has told. Where nothing is there and it `isOver`, it is given up. */
export async function inspectAgain(ports: ChatPorts, file: Attachment & { isOver: boolean }): Promise<void> {
  const isThere = await inspectFile({ ...ports, files: filesOf(ports) }, file);
  if (isThere || !file.isOver) return;
  const { messageId, channelId } = file;
  const { outcome } = await ports.chats.attachmentInspected({ messageId, versionId: null, refusedAs: 'neverCame' });
  if (outcome === 'kept') ports.measure(channelId, 'FilesRefused', 1, 'neverCame');
}

type Found = NonNullable<Awaited<ReturnType<Files['find']>>>;

/** S3 has checked the length and the checksum as well, unless somebody put the object there in another way. */
async function judge(files: Files, { key, contentType, size, checksum }: Attachment, found: Found) {
  if (found.size !== size || found.checksum !== checksum) return 'otherBytes' as const;
  const bytes = await files.begin({ key, versionId: found.versionId, bytes: firstBytes });
  return isOfType(contentType, bytes) ? null : ('otherType' as const);
}

/** Takes away what nobody may have: the version that was refused, and any but the one that was let in. */
async function clear(
  { chats, files }: { chats: ChatPorts['chats']; files: Files },
  file: Attachment,
  versionId: string | null,
): Promise<void> {
  const isLetIn = file.state === 'pending' || (file.state === 'ready' && file.versionId === versionId);
  if (isLetIn || versionId === null) return;
  await files.discard(file.key, versionId);
  if (file.versionId === versionId) await chats.attachmentDiscarded({ messageId: file.messageId });
}
