import type { Caller, Callers } from './apiPorts.ts';
import type { CallConfig } from './callConfig.ts';
import type { Client } from './client.ts';
import type { Attachment, FileRefusedAs, FileType } from './messaging/attachment.ts';
import type {
  ChatChannel,
  ChatContext,
  ChatListed,
  ChatMessage,
  ChatRole,
  Delivery,
  MessageType,
  ReadMark,
  Settling,
  Unsettled,
} from './messaging/chat.ts';
import type { Log, Measure } from './ports.ts';

/** Everything through which the chat's route and its step reach the outside. */
export interface ChatPorts {
  config: CallConfig;
  callers: Callers;
  chats: Chats;
  channels: Channels;
  /** Undefined where nothing may reach the bucket, as in the edge function. */
  files: Files | undefined;
  log: Log;
  measure: Measure;
  now: () => Date;
}

/** Why nothing was changed; `closed`: the channel is archived. */
export type ChatRefused = 'noChannel' | 'closed' | 'notMember' | 'noMessage' | 'notHers' | 'isParty' | 'noUser';

type Of = { channelId: string; userId: string };
type OfMessage = Of & { messageId: string };

/** `known`: nothing was left to do. */
export type ChatOutcome = 'kept' | 'known' | ChatRefused;

/** A message as it stands now, and what is to be brought to Chime; or why it was not changed. */
export type Written =
  | { outcome: 'kept' | 'known'; message: ChatMessage; delivery: Delivery | null }
  | { outcome: ChatRefused };

/**
 * The health record's side of the chat, as the service role: who asks was checked before, and whether that person is a
 * member is checked again in the transaction. Each write may be repeated with the same effect.
 * @throws Refusal ServiceUnavailable
 */
export interface Chats {
  /** The same, and the audit keeps from where what is done here was asked. */
  from(client: Client): Chats;
  /** Counts the request. */
  context(
    caller: Pick<Caller, 'issuer' | 'subject'>,
    asked: { appointmentId?: string; channelId?: string },
  ): Promise<ChatContext>;
  /** Finds the channel of an appointment or makes it, with its two people. */
  openChannel(of: { appointmentId: string; userId: string }): Promise<ChatChannel>;
  /** Chime has the channel, with its provider and patient. */
  channelCreated(of: {
    channelId: string;
    channelArn: string;
    providerArn: string;
    patientArn: string;
  }): Promise<ChatChannel>;
  /** Keeps a message and audits it. `known`: the sender has sent it before with this token, and that one is given. */
  acceptMessage(
    of: Of & {
      messageId: string;
      clientToken: string;
      messageType: MessageType;
      message: string;
      metadata: Readonly<Record<string, unknown>> | null;
    },
  ): Promise<Written>;
  /** Chime has a message as it stood at a revision: it is confirmed, unless it was changed since. */
  messageSent(of: { messageId: string; chimeMessageId: string; revision: number }): Promise<void>;
  /** Chime will never take it as it stood at that revision. */
  messageFailed(of: { messageId: string; revision: number }): Promise<void>;
  /** Her own. */
  editMessage(of: OfMessage & { message: string }): Promise<Written>;
  /** Her own, or anybody's for the provider. */
  redactMessage(of: OfMessage): Promise<Written>;
  markRead(of: OfMessage): Promise<{ outcome: ChatOutcome }>;
  /** @param of `reaction`: null takes it back */
  react(of: OfMessage & { reaction: string | null }): Promise<{ outcome: ChatOutcome }>;
  /** The newest first; null for whoever is no member. */
  listMessages(
    of: Of & { limit: number; nextToken: string | null },
  ): Promise<{ messages: ChatMessage[]; reads: ReadMark[]; nextToken: string | null } | null>;
  /** The one with the newest message first. */
  listChannels(of: {
    userId: string;
    limit: number;
    nextToken: string | null;
  }): Promise<{ channels: ChatListed[]; nextToken: string | null }>;
  addMember(of: Of & { by: string }): Promise<{ outcome: ChatOutcome; settling: Settling | null }>;
  removeMember(of: Of & { by: string }): Promise<{ outcome: ChatOutcome; settling: Settling | null }>;
  /** Chime has somebody as a member, or no more. @returns what is to be done again; null when that is how it stands here */
  memberSettled(of: Of & { userArn: string; isIn: boolean }): Promise<Settling | null>;
  archiveChannel(of: Of): Promise<{ outcome: ChatOutcome; channel: ChatChannel }>;
  channelClosed(of: { channelId: string }): Promise<void>;
  /** What has waited for half a minute, each once in that time. */
  unsettled(most: number): Promise<Unsettled>;
  /** Keeps that a file is to come. Nobody sees it before it is a message. */
  attachFile(
    of: Of & {
      messageId: string;
      key: string;
      name: string;
      contentType: FileType;
      size: number;
      checksum: string;
    },
  ): Promise<{ outcome: ChatOutcome }>;
  attachment(of: { messageId: string }): Promise<Attachment | null>;
  /**
   * What was found of a file that is pending: makes it a message, or keeps why not. One that is pending no more stays as it is
   * (`known`).
   * @param of `versionId`: null where nothing came
   * @returns the file as it stands
   */
  attachmentInspected(of: {
    messageId: string;
    versionId: string | null;
    refusedAs: Extract<FileRefusedAs, 'otherType' | 'otherBytes' | 'neverCame'> | null;
  }): Promise<{ outcome: 'kept' | 'known'; file: Attachment }>;
  /** The bytes of a file that was refused are gone. */
  attachmentDiscarded(of: { messageId: string }): Promise<void>;
  /** Audits that a member is given a file. What is no message yet is known to its sender alone. */
  openAttachment(
    of: OfMessage,
  ): Promise<
    | { outcome: 'kept'; file: Attachment; name: string }
    | { outcome: 'pending' }
    | { outcome: 'refused'; refusedAs: FileRefusedAs }
    | { outcome: ChatRefused }
  >;
  /** Files that have been pending, or whose bytes have been to be discarded, for a while. `isOver`: nothing comes any more. */
  attachmentsToInspect(most: number): Promise<readonly (Attachment & { isOver: boolean })[]>;
}

/** The bucket of the files. @throws PipelineError Throttled, ServiceUnavailable */
export interface Files {
  /**
   * Where a file is put, and with which headers: that file alone, because its length, type, checksum and key are signed.
   * @param of `size`: in bytes; `checksum`: SHA-256 in base64
   */
  upload(
    of: Pick<Attachment, 'key' | 'contentType' | 'size' | 'checksum'>,
    seconds: number,
  ): Promise<{ url: string; headers: Readonly<Record<string, string>> }>;
  /** A link to one version. @param of `disposition`: the answer's Content-Disposition */
  link(
    of: { key: string; versionId: string; contentType: FileType; disposition: string },
    seconds: number,
  ): Promise<string>;
  /** @param versionId the newest one unless it is given @returns undefined when there is none */
  find(
    key: string,
    versionId?: string,
  ): Promise<{ versionId: string; size: number; checksum: string | null } | undefined>;
  /** A version's first bytes. */
  begin(of: { key: string; versionId: string; bytes: number }): Promise<Uint8Array>;
  /** Deletes a version for good; there may be none. */
  discard(key: string, versionId: string): Promise<void>;
}

/**
 * Chime's messaging and identity. ARNs are as Chime gives them; `by` and `member` are those of app instance users, and `by`
 * is in whose name Chime is asked. Each may be repeated with the same effect.
 * @throws Refusal ChimeUnavailable
 */
export interface Channels {
  /** Makes the app instance user, whose name is her role; there may be one already. @returns its ARN */
  ensureUser(of: { userId: string; role: ChatRole | 'system' }): Promise<string>;
  /**
   * Makes a channel, RESTRICTED and PRIVATE, under our own id; there may be one already.
   * @param of `by`: the provider, its moderator and a member; `member`: the patient; `expirationDays`: after its creation
   * @returns its ARN
   */
  create(of: { channelId: string; by: string; member: string; expirationDays: number }): Promise<string>;
  addMember(of: { channelArn: string; by: string; member: string }): Promise<void>;
  /** There may be no such member. */
  removeMember(of: { channelArn: string; by: string; member: string }): Promise<void>;
  /**
   * The same token is the same message.
   * @param of `content`: 1 to 4,096 bytes of UTF-8; `metadata`: up to 1,024
   * @returns `gone` when there is no such channel, `notMember` when Chime takes nothing from that user there
   */
  send(of: {
    channelArn: string;
    by: string;
    token: string;
    content: string;
    metadata: string | null;
  }): Promise<{ outcome: 'sent'; chimeMessageId: string } | { outcome: 'gone' | 'notMember' }>;
  edit(of: { channelArn: string; by: string; chimeMessageId: string; content: string }): Promise<'done' | 'gone'>;
  redact(of: { channelArn: string; by: string; chimeMessageId: string }): Promise<'done' | 'gone'>;
  /** Nobody sends there any more. Nothing is deleted before its retention ends. */
  close(channelArn: string, by: string): Promise<void>;
}
