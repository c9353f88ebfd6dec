/** The types of the files that a chat takes: the extension of their keys, and all that their names may end in. */
export const fileTypes = {
  'application/pdf': { extension: 'pdf', endings: ['pdf'] },
  'image/jpeg': { extension: 'jpg', endings: ['jpg', 'jpeg'] },
  'image/png': { extension: 'png', endings: ['png'] },
  'image/heic': { extension: 'heic', endings: ['heic', 'heif'] },
} as const satisfies Record<string, { extension: string; endings: readonly string[] }>;

export type FileType = keyof typeof fileTypes;

/** Of one file, in bytes. */
export const fileLimit = 20 * 1024 * 1024;

/** For so long an upload may begin, and a link be followed, in seconds. The bucket's policy says the same. */
export const fileLinkSeconds = 300;

/**
 * Why a file is no message: its bytes are of another type than it said; it is not the file that was announced; none came;
 * or it came after its channel was archived, or its sender removed.
 */
export type FileRefusedAs = 'otherType' | 'otherBytes' | 'neverCame' | 'closed' | 'notMember';

/** A file that somebody sends. It becomes a message once its bytes were looked at. */
export interface Attachment {
  /** The message's, a uuid, which its key has too. */
  messageId: string;
  channelId: string;
  /** `attachments/<channelId>/<messageId>.<extension>`: nothing of the file's own name. */
  key: string;
  contentType: FileType;
  /** As announced: bytes, and their SHA-256 in base64. */
  size: number;
  checksum: string;
  state: 'pending' | 'ready' | 'refused' | 'expired';
  refusedAs: FileRefusedAs | null;
  /** The version that was looked at, and that alone is ever handed out; null until then. */
  versionId: string | null;
}

export function attachmentKey(channelId: string, messageId: string, contentType: FileType): string {
  return `attachments/${channelId}/${messageId}.${fileTypes[contentType].extension}`;
}

/** The message that a key belongs to; undefined for any other key. */
export function messageOfKey(key: string): string | undefined {
  return /^attachments\/[\da-f-]{36}\/([\da-f-]{36})\.[a-z]+$/.exec(key)?.[1];
}

/** How a browser is told to save a file, and under which name. Source: RFC 6266, RFC 8187. */
export function toDisposition(name: string): string {
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}
