import * as v from 'valibot';
import { Refusal } from '../refusals.ts';
import { checkMessage, checkMetadata } from './limits.ts';

const uuid = v.pipe(v.string(), v.uuid());
/** A text that the database takes: no control character, and no half of a character. */
const isPlain = (text: string) => !/[\p{Cc}\p{Cs}]/u.test(text);
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.check(isPlain));
/** What somebody writes has lines and tabs too. */
const isText = (text: string) => !/(?![\n\r\t])[\p{Cc}\p{Cs}]/u.test(text) && text.trim() !== '';
const message = v.pipe(v.string(), v.check(isText));
const metadata = v.pipe(
  v.unknown(),
  // A list counts as a record of its places.
  v.check((given) => !Array.isArray(given)),
  v.record(v.string(), v.unknown()),
);
const page = {
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 50),
  nextToken: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,200}$/))),
};

/** The bodies of the actions. Fields that are not named here are ignored: older clients send them. */
const bodies = {
  createChannel: v.object({ action: v.literal('createChannel'), appointmentId: id }),
  sendMessage: v.object({
    action: v.literal('sendMessage'),
    channelId: uuid,
    message,
    messageType: v.optional(v.literal('text'), 'text'),
    metadata: v.nullish(metadata),
    clientToken: v.optional(v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/))),
  }),
  editMessage: v.object({ action: v.literal('editMessage'), channelId: uuid, messageId: uuid, message }),
  redactMessage: v.object({ action: v.literal('redactMessage'), channelId: uuid, messageId: uuid }),
  markRead: v.object({ action: v.literal('markRead'), channelId: uuid, messageId: uuid }),
  listMessages: v.object({ action: v.literal('listMessages'), channelId: uuid, ...page }),
  listChannels: v.object({ action: v.literal('listChannels'), ...page }),
  addMember: v.object({ action: v.literal('addMember'), channelId: uuid, userId: uuid }),
  removeMember: v.object({ action: v.literal('removeMember'), channelId: uuid, userId: uuid }),
  /** A reaction is one sign, such as an emoji. */
  react: v.object({
    action: v.literal('react'),
    channelId: uuid,
    messageId: uuid,
    reaction: v.pipe(v.string(), v.minLength(1), v.maxLength(16), v.regex(/^[^\s\p{Cc}\p{Cs}\p{L}\p{Nd}]+$/u)),
  }),
  unreact: v.object({ action: v.literal('unreact'), channelId: uuid, messageId: uuid }),
  deleteChannel: v.object({ action: v.literal('deleteChannel'), channelId: uuid }),
};

export type ChatActionName = keyof typeof bodies;
export type ChatRequestOf<Name extends ChatActionName> = v.InferOutput<(typeof bodies)[Name]>;
export type ChatRequest = { [Name in ChatActionName]: ChatRequestOf<Name> }[ChatActionName];

export const chatActionNames = Object.keys(bodies) as ChatActionName[];
const action = v.picklist(chatActionNames);

/**
 * The request of a body. Ids are given back in lower case, as the database writes them.
 * @throws Refusal InvalidRequest, which names the field; MessageTooLarge
 */
export function toChatRequest(body: unknown): ChatRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal('InvalidRequest', 'The body must be a JSON object.');
  }
  const wanted = v.safeParse(v.object({ action }), body);
  if (!wanted.success) {
    throw new Refusal('InvalidRequest', `The field action must be one of ${chatActionNames.join(', ')}.`);
  }
  const parsed = v.safeParse(bodies[wanted.output.action] as v.GenericSchema<ChatRequest>, body);
  if (!parsed.success) {
    throw new Refusal('InvalidRequest', `The field ${fieldOf(parsed.issues[0])} is not as it must be.`);
  }
  const request = parsed.output;
  if ('message' in request) checkMessage(request.message);
  if ('metadata' in request) checkMetadata(request.metadata);
  return inLowerCase(request);
}

/** Only names that the schemas know: what somebody else sent as a key is not repeated. */
function fieldOf({ path }: v.BaseIssue<unknown>): string {
  const key = path?.[0]?.key;
  return typeof key === 'string' ? key : 'of the body';
}

function inLowerCase(request: ChatRequest): ChatRequest {
  const ids = ['channelId', 'messageId', 'userId', 'clientToken'] as const;
  const given = ids.flatMap((name) => {
    const value = (request as Partial<Record<(typeof ids)[number], string>>)[name];
    return value === undefined || name === 'clientToken' ? [] : [[name, value.toLowerCase()]];
  });
  return { ...request, ...Object.fromEntries(given) };
}
