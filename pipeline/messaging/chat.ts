import type { Appointment } from '../meetings/call.ts';

/** Somebody's part in a channel: the two people of the appointment, and those whom the provider added. */
export type ChatRole = 'provider' | 'patient' | 'member';

/** A conversation that belongs to an appointment. Times are ISO 8601. */
export interface ChatChannel {
  /** Ours, a uuid, and Chime's ChannelId as well. */
  channelId: string;
  /** Null until Chime has it. */
  channelArn: string | null;
  appointmentId: string | null;
  providerId: string;
  patientId: string;
  /** An archived one is read and no longer written. */
  status: 'active' | 'archived' | 'deleted';
  createdAt: string;
  lastMessageAt: string | null;
}

export interface ChatMember {
  userId: string;
  role: ChatRole;
  /** The person's app instance user, once Chime has it as a member of the channel. */
  userArn: string | null;
}

/**
 * How far a message has come: kept here and audited (`accepted`), known to Chime (`sent`), known there as it stands here
 * (`confirmed`), or kept from Chime for a day and given up (`failed`). Members read it in any of these.
 */
export type MessageState = 'accepted' | 'sent' | 'confirmed' | 'failed';

/** `file` messages come by `attach` alone, `system` ones by nobody's request. */
export type MessageType = 'text' | 'system' | 'file';

/** What a message of the system says, in its `metadata`; its text says it to people. */
export type SystemCode = 'call-started' | 'recording-on' | 'recording-off' | 'call-ended' | 'results-released';

/** Whose the messages of the system are at Chime: a user of its own, so that nobody seems to have written them. */
export interface SystemSender {
  userId: 'system';
  role: 'system';
  userArn: null;
}

/** A change of a message that Chime may not have yet, with everything that it takes to bring it there. */
export interface Delivery {
  messageId: string;
  channel: ChatChannel;
  /** Null once she is no member: Chime takes nothing from her then. */
  sender: ChatMember | SystemSender | null;
  /** Of a message of the system; null for one that somebody wrote. */
  code: SystemCode | null;
  /** Counts its changes; 0 as it was sent. */
  revision: number;
  /** As it was sent, so that the same token always goes with the same content. */
  firstMessage: string;
  /** As it stands; empty once redacted. */
  message: string;
  isRedacted: boolean;
  /** Null until Chime is known to have it. */
  chimeMessageId: string | null;
  /** In whose name it was changed last, while that person is a member; else the provider. */
  changedBy: ChatMember;
}

/** Somebody who is in a channel here and not at Chime, or the other way round. */
export interface Settling {
  channel: ChatChannel;
  member: ChatMember;
  isIn: boolean;
}

/** What Chime does not know yet. */
export interface Unsettled {
  deliveries: readonly Delivery[];
  members: readonly Settling[];
  /** Archived here, and open at Chime. */
  closing: readonly ChatChannel[];
  /** Messages that were given up just now, a day after they were written or changed. */
  failed: number;
  /** Messages that have waited for longer than ten minutes. */
  late: number;
}

/** How far somebody has read. */
export interface ReadMark {
  userId: string;
  messageId: string;
  at: string;
}

/** A channel in the list of one of its members. */
export interface ChatListed extends ChatChannel {
  role: ChatRole;
  /** Messages of other people that came after the last one that this member read. */
  unread: number;
}

/** A message as the members of its channel read it. Times are ISO 8601. */
export interface ChatMessage {
  /** Ours, a uuid. */
  messageId: string;
  channelId: string;
  /** Null for a message of the system. */
  senderId: string | null;
  state: MessageState;
  messageType: MessageType;
  /** In its last version; empty once redacted. */
  message: string;
  metadata: Readonly<Record<string, unknown>> | null;
  createdAt: string;
  editedAt: string | null;
  redactedAt: string | null;
  /** Who reacted with what. */
  reactions: readonly { userId: string; reaction: string }[];
}

/** What the rules need to know of a request. */
export interface ChatContext {
  /** The caller has asked too often in this minute; nothing else was looked up. */
  tooMany: boolean;
  /** users.id; null when no user belongs to the token. */
  userId: string | null;
  appointment: Appointment | null;
  channel: ChatChannel | null;
  /** The caller's place in that channel; null for somebody else, and for whoever was removed. */
  member: ChatMember | null;
}
