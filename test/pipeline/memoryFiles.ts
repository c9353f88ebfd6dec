import type { Chats, ChatRefused, Files } from '../../pipeline/chatPorts.ts';
import type { Attachment } from '../../pipeline/messaging/attachment.ts';
import { sha256Base64 } from './sha256Base64.ts';

export interface FileRow extends Attachment {
  name: string;
  senderId: string;
  createdAt: number;
  triedAt: number | null;
  isDiscarded: boolean;
}

/** What the channel that the files are in gives of itself. */
interface Channel {
  happens: <T>(call: string, effect: () => T) => Promise<T>;
  refusalOf: (userId: string, writes: boolean) => ChatRefused | undefined;
  audit: (action: string, userId: string, messageId: string) => void;
  acceptMessage: Chats['acceptMessage'];
  isRedacted: (messageId: string) => boolean;
  now: () => number;
}

type FileRpcs =
  | 'attachFile'
  | 'attachment'
  | 'attachmentInspected'
  | 'attachmentDiscarded'
  | 'openAttachment'
  | 'attachmentsToInspect';

/** Files of a channel: the database's rules for them in a few lines, and the bucket. */
export function memoryFiles({ happens, refusalOf, audit, acceptMessage, isRedacted, now }: Channel) {
  const rows = new Map<string, FileRow>();
  /** Versions by key, the newest last. */
  const objects = new Map<string, { versionId: string; bytes: Uint8Array }[]>();
  const toAttachment = ({ name: _n, senderId: _s, createdAt: _c, triedAt: _t, isDiscarded: _d, ...file }: FileRow) => ({
    ...file,
  });
  const rowOf = (messageId: string): FileRow => {
    const row = rows.get(messageId);
    if (row === undefined) throw new Error(`there is no file ${messageId}`);
    return row;
  };
  /** Somebody puts an object there. @returns its version */
  const put = (key: string, bytes: Uint8Array): string => {
    const versions = objects.get(key) ?? [];
    const versionId = `v${versions.length + 1}`;
    objects.set(key, [...versions, { versionId, bytes }]);
    return versionId;
  };

  const chats: Pick<Chats, FileRpcs> = {
    attachFile: ({ userId, ...of }) =>
      happens('attachFile', () => {
        const outcome = refusalOf(userId, true);
        if (outcome) return { outcome };
        const none = { refusedAs: null, versionId: null, triedAt: null, isDiscarded: false };
        rows.set(of.messageId, { ...of, ...none, senderId: userId, state: 'pending', createdAt: now() });
        return { outcome: 'kept' };
      }),
    attachment: ({ messageId }) =>
      happens('attachment', () => {
        const row = rows.get(messageId);
        return row === undefined ? null : toAttachment(row);
      }),
    async attachmentInspected({ messageId, versionId, refusedAs }) {
      await happens('attachmentInspected', () => {});
      const row = rowOf(messageId);
      if (row.state !== 'pending') return { outcome: 'known', file: toAttachment(row) };
      const { name, contentType, size, channelId, senderId } = row;
      const written =
        refusedAs === null
          ? await acceptMessage({
              channelId,
              userId: senderId,
              messageId,
              clientToken: `file ${messageId}`,
              messageType: 'file',
              message: 'file',
              metadata: { name, contentType, size },
            })
          : null;
      const isMessage = written !== null && 'message' in written;
      row.refusedAs = isMessage ? null : (refusedAs ?? (written?.outcome as 'closed' | 'notMember'));
      row.state = isMessage ? 'ready' : versionId === null ? 'expired' : 'refused';
      row.versionId = versionId;
      return { outcome: 'kept', file: toAttachment(row) };
    },
    attachmentDiscarded: ({ messageId }) =>
      happens('attachmentDiscarded', () => {
        if (rowOf(messageId).state === 'refused') rowOf(messageId).isDiscarded = true;
      }),
    openAttachment: ({ userId, messageId }) =>
      happens('openAttachment', () => {
        const outcome = refusalOf(userId, false);
        if (outcome) return { outcome };
        const row = rows.get(messageId);
        if (!row || (row.state !== 'ready' && row.senderId !== userId) || isRedacted(messageId)) {
          return { outcome: 'noMessage' };
        }
        if (row.state === 'pending') return { outcome: 'pending' };
        if (row.refusedAs !== null) return { outcome: 'refused', refusedAs: row.refusedAs };
        audit('message_read', userId, messageId);
        return { outcome: 'kept', file: toAttachment(row), name: row.name };
      }),
    attachmentsToInspect: (most) =>
      happens('attachmentsToInspect', () => {
        const due = [...rows.values()]
          .filter(({ state, isDiscarded }) => state === 'pending' || (state === 'refused' && !isDiscarded))
          .filter(({ createdAt, triedAt }) => now() > (triedAt === null ? createdAt + 120_000 : triedAt + 300_000))
          .slice(0, most);
        for (const row of due) row.triedAt = now();
        return due.map((row) => ({ ...toAttachment(row), isOver: now() > row.createdAt + 7_200_000 }));
      }),
  };

  const files: Files = {
    upload: ({ key, contentType }) =>
      happens('upload', () => ({ url: `https://files.example/${key}`, headers: { 'content-type': contentType } })),
    link: ({ key, versionId, disposition }, seconds) =>
      happens('link', () => `https://files.example/${key}?${versionId}&${seconds}&${disposition}`),
    async find(key, versionId) {
      const found = await happens('find', () => {
        const versions = objects.get(key) ?? [];
        return versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId);
      });
      if (found === undefined) return undefined;
      const { bytes } = found;
      return { versionId: found.versionId, size: bytes.length, checksum: await sha256Base64(bytes) };
    },
    begin: ({ key, versionId, bytes }) =>
      happens('begin', () => {
        const found = objects.get(key)?.find((one) => one.versionId === versionId);
        return found?.bytes.subarray(0, bytes) ?? new Uint8Array();
      }),
    discard: (key, versionId) =>
      happens('discard', () => {
        objects.set(
          key,
          (objects.get(key) ?? []).filter((one) => one.versionId !== versionId),
        );
      }),
  };
  return { chats, files, rows, objects, put };
}
