import { inspectFile } from '../../../../pipeline/chats/inspectFile.ts';
import type { Attachment } from '../../../../pipeline/messaging/attachment.ts';
import { providerId } from '../../memoryCall.ts';
import { memberId, type MemoryChatOptions } from '../../memoryChat.ts';
import { pdf } from '../../messaging/files.ts';
import { sha256Base64 } from '../../sha256Base64.ts';
import { inChannel } from './inChannel.ts';

export interface Announced {
  messageId: string;
  name: string;
  state: string;
  upload: { method: string; url: string; headers: Record<string, string>; expiresAt: string };
}

interface AnnouncedOptions extends MemoryChatOptions {
  by?: string;
  name?: string;
  contentType?: string;
  bytes?: Uint8Array;
}

/** A channel of three with a message of the patient's, in which somebody has announced a file. */
export async function announced(options: AnnouncedOptions = {}) {
  const { by = providerId, contentType = 'application/pdf', bytes = pdf(), name, ...others } = options;
  const chat = await inChannel(others);
  const { on, ports, bucket, kept } = chat;
  await on(providerId, 'addMember', { userId: memberId });
  const fileName = name ?? (contentType === 'application/pdf' ? 'Müller.pdf' : 'Müller');
  const checksum = await sha256Base64(bytes);
  const announcement = { name: fileName, contentType, size: bytes.length, checksum };
  const answer = (await on(by, 'attach', announcement)) as Announced;
  const { messageId } = answer;
  const row = () => bucket.rows.get(messageId) ?? fail();
  const file = (): Attachment => ({ ...row() });
  const files = ports.files ?? fail();
  return {
    ...chat,
    answer,
    messageId,
    row,
    file,
    /** Somebody puts bytes where the file is to be. @returns their version */
    put: (came: Uint8Array) => bucket.put(row().key, came),
    /** The versions that are there. */
    objects: () => (bucket.objects.get(row().key) ?? []).map(({ versionId }) => versionId),
    look: (versionId?: string, seen: Attachment = file()) => inspectFile({ ...ports, files }, seen, versionId),
    measured: () => kept.measured.filter(([metric]) => String(metric).startsWith('Files')),
  };
}

function fail(): never {
  throw new Error('nothing was announced');
}
