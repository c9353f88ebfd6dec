import * as v from 'valibot';
import type { ChatChannel, ChatListed, ChatMessage } from '../../pipeline/messaging/chat.ts';
import { bodies, type ChatActionName } from '../../pipeline/messaging/requests.ts';
import type { RefusalName } from '../../pipeline/refusals.ts';
import { count, maybe, nothing, text, time, url, uuid } from './answers.ts';
import type { Asked, RouteRow } from './route.ts';

const state = v.picklist(['accepted', 'sent', 'confirmed', 'failed']);

const channel = v.object({
  channelId: uuid,
  channelArn: maybe(text),
  appointmentId: maybe(uuid),
  providerId: uuid,
  patientId: uuid,
  status: v.picklist(['active', 'archived', 'deleted']),
  createdAt: time,
  lastMessageAt: maybe(time),
}) satisfies v.GenericSchema<unknown, ChatChannel>;
const listed = v.object({
  ...channel.entries,
  role: v.picklist(['provider', 'patient', 'member']),
  unread: count,
}) satisfies v.GenericSchema<unknown, ChatListed>;
const message = v.object({
  messageId: uuid,
  channelId: uuid,
  senderId: maybe(uuid),
  state,
  messageType: v.picklist(['text', 'system', 'file']),
  message: text,
  metadata: maybe(v.looseObject({})),
  createdAt: time,
  editedAt: maybe(time),
  redactedAt: maybe(time),
  reactions: v.array(v.object({ userId: uuid, reaction: text })),
}) satisfies v.GenericSchema<unknown, ChatMessage>;
const nextToken = maybe(text);
const written = v.object({ message });
const membership = v.object({ userId: uuid, isMember: v.boolean() });

/** Where a deployment has no chat, or may have none. */
const nowhere = ['ChatNotHere', 'RegionNotAllowed'] as const satisfies RefusalName[];
const member = ['ChannelNotFound', 'NotAParticipant'] as const satisfies RefusalName[];
const writer = [...member, 'ChannelArchived', ...nowhere] as const satisfies RefusalName[];
const provider = [...member, 'OnlyTheProvider', ...nowhere] as const satisfies RefusalName[];

const actions: Readonly<Record<ChatActionName, Omit<Asked, 'body'>>> = {
  createChannel: {
    does: 'Finds the channel of an appointment or makes it, the same one for whoever asks.',
    answer: v.object({ channel }),
    refusals: ['AppointmentNotFound', 'AppointmentNotOpen', 'NotAParticipant', 'ChimeUnavailable', ...nowhere],
  },
  sendMessage: {
    does: 'Keeps and audits a message, and brings it to Chime; the same clientToken again is the same message.',
    answer: v.object({ message: v.object({ messageId: uuid, state, createdAt: time }) }),
    refusals: [...writer, 'MessageTooLarge'],
  },
  editMessage: {
    does: "Writes one of the caller's own messages anew.",
    answer: written,
    refusals: [...writer, 'MessageNotFound', 'NotTheSender', 'MessageTooLarge'],
  },
  redactMessage: {
    does: 'Takes back what a message said.',
    answer: written,
    refusals: [...writer, 'MessageNotFound', 'NotTheSender'],
  },
  markRead: {
    does: 'Notes how far the caller has read.',
    answer: nothing,
    refusals: [...member, 'MessageNotFound'],
  },
  listMessages: {
    does: 'The messages of a channel, the newest first, and how far everybody has read.',
    answer: v.object({
      messages: v.array(message),
      reads: v.array(v.object({ userId: uuid, messageId: uuid, at: time })),
      nextToken,
    }),
    refusals: member,
  },
  listChannels: {
    does: 'The channels of which the caller is a member.',
    answer: v.object({ channels: v.array(listed), nextToken }),
    refusals: [],
  },
  addMember: {
    does: 'Lets somebody into a channel, who reads all of it.',
    answer: membership,
    refusals: [...provider, 'ChannelArchived', 'ParticipantNotFound'],
  },
  removeMember: {
    does: 'Takes somebody out of a channel.',
    answer: membership,
    refusals: [...provider, 'ParticipantNotFound'],
  },
  react: {
    does: "Puts the caller's sign on a message.",
    answer: nothing,
    refusals: [...writer, 'MessageNotFound'],
  },
  unreact: {
    does: "Takes the caller's sign off a message.",
    answer: nothing,
    refusals: [...writer, 'MessageNotFound'],
  },
  deleteChannel: {
    does: 'Archives a channel: it is read on, and nothing is erased before its retention ends.',
    answer: v.object({ channel }),
    refusals: provider,
  },
  attach: {
    does: 'Announces a file, and says where to put it.',
    answer: v.object({
      messageId: uuid,
      name: text,
      state: v.literal('pending'),
      upload: v.object({ method: v.literal('PUT'), url, headers: v.record(v.string(), text), expiresAt: time }),
    }),
    refusals: [...writer, 'FileEmpty', 'FileTooLarge', 'FileTypeNotAllowed', 'FileNameNotAllowed', 'FilesNotHere'],
  },
  attachmentLink: {
    does: 'A link to the file of a message, for 300 seconds.',
    answer: v.object({ url, expiresAt: time, name: text, contentType: text, size: count }),
    refusals: [
      ...member,
      'MessageNotFound',
      'FileNotReady',
      'FileTooLate',
      'FileNeverCame',
      'FileDiffers',
      'FileTypeDiffers',
      'FilesNotHere',
    ],
  },
};

export const messaging: RouteRow = {
  method: 'POST',
  path: '/messaging',
  edgeFunction: 'chime-messaging',
  service: 'messaging',
  does: 'The chat.',
  caller: 'user',
  refusals: ['UnknownUser', 'TooManyRequests'],
  asked: {
    actions: Object.fromEntries(
      (Object.keys(bodies) as ChatActionName[]).map((name) => [name, { ...actions[name], body: bodies[name] }]),
    ),
  },
};
