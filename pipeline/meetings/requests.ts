import * as v from 'valibot';
import { type ActionOf, id, isPlain, name, noList, readAction, uuid } from '../bodies.ts';
import { toLanguage } from '../recording/languages.ts';
import { Refusal } from '../refusals.ts';

/** Of the body of `report`, in characters of its JSON. */
const reportLimit = 2_048;
const language = v.optional(v.pipe(v.string(), v.maxLength(10), v.check(isPlain)));

const wishes = {
  enableRecording: v.optional(v.boolean()),
  enableTranscription: v.optional(v.boolean()),
  transcriptionLanguage: language,
};

/** The bodies of the actions. */
export const bodies = {
  create: { appointmentId: id, mediaRegion: v.optional(id), ...wishes },
  join: { meetingId: id, ...wishes },
  'batch-join': {
    meetingId: id,
    userIds: v.pipe(
      v.array(uuid),
      v.minLength(1),
      v.maxLength(100),
      v.check((ids) => new Set(ids).size === ids.length),
    ),
  },
  admit: { meetingId: id, userId: uuid },
  /** `muted: false` gives the word back. */
  mute: { meetingId: id, userId: uuid, muted: v.optional(v.boolean(), true) },
  remove: { meetingId: id, userId: uuid },
  report: {
    meetingId: id,
    kind: v.picklist(['quality', 'failure', 'survey']),
    values: v.pipe(
      v.unknown(),
      noList,
      v.record(name, v.union([v.pipe(v.number(), v.finite()), v.boolean(), name])),
      v.check((values) => JSON.stringify(values).length <= reportLimit),
    ),
  },
  /** For the caller alone. The language is that in which the text was shown. */
  consent: {
    meetingId: id,
    decision: v.picklist(['given', 'refused', 'withdrawn']),
    textVersion: id,
    language,
  },
  /** The language is that of the captions, where it is not the visit's. */
  transcription: {
    meetingId: id,
    enabled: v.boolean(),
    language,
  },
  status: { meetingId: id },
  end: { meetingId: id },
};

export type ActionName = keyof typeof bodies;
export type RequestOf<Name extends ActionName> = ActionOf<typeof bodies, Name>;
export type CallRequest = { [Name in ActionName]: RequestOf<Name> }[ActionName];

export const actionNames = Object.keys(bodies) as ActionName[];

/**
 * The request of a body.
 * @throws Refusal InvalidRequest, which names the field
 */
export function toCallRequest(body: unknown): CallRequest {
  return readAction(bodies, body);
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
