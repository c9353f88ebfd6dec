import * as v from 'valibot';
import { toLanguage } from '../recording/languages.ts';
import { Refusal } from '../refusals.ts';

/** A text that the database takes: no control character, and no half of a character. */
const isPlain = (text: string) => !/[\p{Cc}\p{Cs}]/u.test(text);
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.check(isPlain));
const uuid = v.pipe(v.string(), v.uuid());
/** Of the body of `report`, in characters of its JSON. */
const reportLimit = 2_048;
const language = v.optional(v.pipe(v.string(), v.maxLength(10), v.check(isPlain)));
const name = v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/));

const wishes = {
  enableRecording: v.optional(v.boolean()),
  enableTranscription: v.optional(v.boolean()),
  transcriptionLanguage: language,
};

/** The bodies of the actions. Fields that are not named here are ignored: older clients send them. */
const bodies = {
  create: v.object({ action: v.literal('create'), appointmentId: id, mediaRegion: v.optional(id), ...wishes }),
  join: v.object({ action: v.literal('join'), meetingId: id, ...wishes }),
  'batch-join': v.object({
    action: v.literal('batch-join'),
    meetingId: id,
    userIds: v.pipe(
      v.array(uuid),
      v.minLength(1),
      v.maxLength(100),
      v.check((ids) => new Set(ids.map((one) => one.toLowerCase())).size === ids.length),
    ),
  }),
  admit: v.object({ action: v.literal('admit'), meetingId: id, userId: uuid }),
  /** `muted: false` gives the word back. */
  mute: v.object({ action: v.literal('mute'), meetingId: id, userId: uuid, muted: v.optional(v.boolean(), true) }),
  remove: v.object({ action: v.literal('remove'), meetingId: id, userId: uuid }),
  report: v.object({
    action: v.literal('report'),
    meetingId: id,
    kind: v.picklist(['quality', 'failure', 'survey']),
    values: v.pipe(
      v.unknown(),
      // A list counts as a record of its places.
      v.check((values) => !Array.isArray(values)),
      v.record(name, v.union([v.pipe(v.number(), v.finite()), v.boolean(), name])),
      v.check((values) => JSON.stringify(values).length <= reportLimit),
    ),
  }),
  /** For the caller alone. The language is that in which the text was shown. */
  consent: v.object({
    action: v.literal('consent'),
    meetingId: id,
    decision: v.picklist(['given', 'refused', 'withdrawn']),
    textVersion: id,
    language,
  }),
  /** The language is that of the captions, where it is not the visit's. */
  transcription: v.object({
    action: v.literal('transcription'),
    meetingId: id,
    enabled: v.boolean(),
    language,
  }),
  status: v.object({ action: v.literal('status'), meetingId: id }),
  end: v.object({ action: v.literal('end'), meetingId: id }),
};

export type ActionName = keyof typeof bodies;
export type RequestOf<Name extends ActionName> = v.InferOutput<(typeof bodies)[Name]>;
export type CallRequest = { [Name in ActionName]: RequestOf<Name> }[ActionName];

export const actionNames = Object.keys(bodies) as ActionName[];
const action = v.picklist(actionNames);

/**
 * The request of a body. User ids are given back in lower case, as the database writes them.
 * @throws Refusal InvalidRequest, which names the field
 */
export function toCallRequest(body: unknown): CallRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal('InvalidRequest', 'The body must be a JSON object.');
  }
  const wanted = v.safeParse(v.object({ action }), body);
  if (!wanted.success) {
    throw new Refusal('InvalidRequest', `The field action must be one of ${actionNames.join(', ')}.`);
  }
  const parsed = v.safeParse(bodies[wanted.output.action] as v.GenericSchema<CallRequest>, body);
  if (!parsed.success)
    throw new Refusal('InvalidRequest', `The field ${fieldOf(parsed.issues[0])} is not as it must be.`);
  const request = parsed.output;
  if ('userIds' in request) return { ...request, userIds: request.userIds.map((one) => one.toLowerCase()) };
  return 'userId' in request ? { ...request, userId: request.userId.toLowerCase() } : request;
}

/** Only names that the schemas know, and places in a list: what somebody else sent as a key is not repeated. */
function fieldOf({ path }: v.BaseIssue<unknown>): string {
  const key = path?.[0]?.key;
  return typeof key === 'string' ? key : 'of the body';
}

/**
 * The recording's own rule, asked before there is a recording.
 * @throws Refusal LanguageNotSupported
 */
export function checkLanguage(language: string | undefined): void {
  try {
    toLanguage(language ?? null);
  } catch {
    throw new Refusal('LanguageNotSupported');
  }
}
