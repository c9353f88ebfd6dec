import * as v from 'valibot';
import { Refusal } from './refusals.ts';

/** A text that the database takes: no control character, and no half of a character. */
export const isPlain = (text: string) => !/[\p{Cc}\p{Cs}]/u.test(text);
/** The same, with lines and tabs, as somebody writes it. */
export const isText = (text: string) => !/(?![\n\r\t])[\p{Cc}\p{Cs}]/u.test(text);

/** How deep a value of a client's own may be nested: every reader of JSON has an end somewhere. */
const deepest = 32;
/** Whether every text in a value of JSON, names included, is one that the database takes. */
export function isOfText(given: unknown, depth = 0): boolean {
  if (typeof given === 'string') return isText(given);
  if (typeof given !== 'object' || given === null) return true;
  return depth < deepest && Object.entries(given).every(([key, value]) => isText(key) && isOfText(value, depth + 1));
}

/** An id that somebody else has given. */
export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.check(isPlain));
/** In lower case, as the database writes it. */
export const uuid = v.pipe(v.string(), v.uuid(), v.toLowerCase());
/** A word of a client's own. */
export const name = v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/));
/** A list would count as a record of its places. */
export const noList = v.check((given: unknown) => !Array.isArray(given));

/** By action, the fields of its body besides `action`. */
type Actions = Readonly<Record<string, v.ObjectEntries>>;
export type ActionOf<All extends Actions, Name extends keyof All> = { action: Name } & v.InferOutput<
  v.ObjectSchema<All[Name], undefined>
>;

/**
 * The body of a request. Fields that the schema does not name are ignored: older clients send them.
 * @throws Refusal InvalidRequest, which names the field and nothing that was sent
 */
export function readBody<Output>(schema: v.GenericSchema<unknown, Output>, body: unknown): Output {
  const parsed = v.safeParse(schema, toObject(body));
  if (parsed.success) return parsed.output;
  throw new Refusal('InvalidRequest', toSentence(parsed.issues[0]));
}

/** The first place of an issue is a name of the schema; what comes below it may be somebody's own. */
function toSentence({ expected, path, received, type }: v.BaseIssue<unknown>): string {
  const field = `The field ${String(path?.[0]?.key)}`;
  if (path?.length === 1 && received === 'undefined') return `${field} is missing.`;
  // The words of the schema, which valibot writes as ("a" | "b").
  if (path?.length === 1 && type === 'picklist') {
    return `${field} must be one of ${String(expected).replace(/[()"]/g, '').replaceAll(' | ', ', ')}.`;
  }
  return `${field} is not as it must be.`;
}

/** The same for a route whose field `action` says what is asked for. @throws Refusal InvalidRequest */
export function readAction<All extends Actions>(
  actions: All,
  body: unknown,
): { [Name in keyof All]: ActionOf<All, Name> }[keyof All] {
  const { action } = toObject(body);
  const fields = typeof action === 'string' && Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (fields === undefined) {
    throw new Refusal('InvalidRequest', `The field action must be one of ${Object.keys(actions).join(', ')}.`);
  }
  return { action, ...readBody(v.object(fields), body) } as ActionOf<All, keyof All>;
}

function toObject(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal('InvalidRequest', 'The body must be a JSON object.');
  }
  return body as Readonly<Record<string, unknown>>;
}
