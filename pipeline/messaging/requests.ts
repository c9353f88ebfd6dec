import * as v from 'valibot';
import { type ActionOf, id, isOfText, isText, name, noList, readAction, uuid } from '../bodies.ts';
import { checkFile, checkMessage, checkMetadata } from './limits.ts';

const message = v.pipe(
  v.string(),
  v.check((text) => isText(text) && text.trim() !== ''),
);
const page = {
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 50),
  // A time and an id, as the database wrote them. Null is none: clients send back what an answer gave them.
  nextToken: v.nullish(v.pipe(v.string(), v.regex(/^\d{1,17}_[\w-]{1,180}$/))),
};
const ofMessage = { channelId: uuid, messageId: uuid };
const ofMember = { channelId: uuid, userId: uuid };

/** The bodies of the actions. */
export const bodies = {
  createChannel: { appointmentId: id },
  sendMessage: {
    channelId: uuid,
    message,
    messageType: v.optional(v.literal('text'), 'text'),
    metadata: v.nullish(v.pipe(v.unknown(), noList, v.check(isOfText), v.record(v.string(), v.unknown()))),
    clientToken: v.optional(name),
  },
  editMessage: { ...ofMessage, message },
  redactMessage: ofMessage,
  markRead: ofMessage,
  listMessages: { channelId: uuid, ...page },
  listChannels: page,
  addMember: ofMember,
  removeMember: ofMember,
  /** A reaction is one sign, such as an emoji. */
  react: {
    ...ofMessage,
    reaction: v.pipe(v.string(), v.minLength(1), v.maxLength(16), v.regex(/^[^\s\p{Cc}\p{Cs}\p{L}\p{Nd}]+$/u)),
  },
  unreact: ofMessage,
  deleteChannel: { channelId: uuid },
  attach: {
    channelId: uuid,
    name: v.string(),
    contentType: v.string(),
    size: v.pipe(v.number(), v.integer(), v.minValue(0)),
    /** SHA-256 in base64, in its one spelling. */
    checksum: v.pipe(v.string(), v.regex(/^[A-Za-z\d+/]{42}[AEIMQUYcgkosw048]=$/)),
  },
  attachmentLink: ofMessage,
};

export type ChatActionName = keyof typeof bodies;
export type ChatRequestOf<Name extends ChatActionName> = ActionOf<typeof bodies, Name>;
export type ChatRequest = { [Name in ChatActionName]: ChatRequestOf<Name> }[ChatActionName];

export const chatActionNames = Object.keys(bodies) as ChatActionName[];

/**
 * The request of a body.
 * @throws Refusal InvalidRequest, which names the field; MessageTooLarge; FileEmpty, FileTooLarge, FileTypeNotAllowed
 */
export function toChatRequest(body: unknown): ChatRequest {
  const request = readAction(bodies, body);
  if ('message' in request) checkMessage(request.message);
  if ('metadata' in request) checkMetadata(request.metadata);
  if ('size' in request) checkFile(request);
  return request;
}
