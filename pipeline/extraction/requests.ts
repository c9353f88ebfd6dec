import * as v from 'valibot';
import { readBody, uuid } from '../bodies.ts';
import { isRead } from '../recording/route.ts';
import { Refusal } from '../refusals.ts';
import { codePoints } from '../transcript/transcript.ts';
import { mostCharacters } from './limits.ts';

/** What is to be read: a text as it was sent, which may be health data, or what was said in a session. */
export type ExtractionRequest =
  | { text: string; language: string; sessionId: null; store: false }
  | { text: null; sessionId: string; store: boolean };

export const body = v.object({
  text: v.optional(v.string()),
  language: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{2,16}$/))),
  sessionId: v.optional(uuid),
  store: v.optional(v.boolean()),
});

/**
 * The request of a body: `{ text, language? }` or `{ sessionId, store? }`.
 * @throws Refusal InvalidRequest, which names the field and nothing that is in it, TextTooLong, LanguageNotSupported
 */
export function toExtractionRequest(given: unknown): ExtractionRequest {
  const { text, language, sessionId, store = false } = readBody(body, given);
  if ((text === undefined) === (sessionId === undefined)) {
    throw new Refusal('InvalidRequest', 'The body must have either the field text or the field sessionId.');
  }
  if (sessionId !== undefined) {
    if (language !== undefined) throw new Refusal('InvalidRequest', 'The field language goes with text.');
    return { text: null, sessionId, store };
  }
  if (store) throw new Refusal('InvalidRequest', 'The field store goes with sessionId: a text is not kept.');
  return toTextRequest(text ?? '', language);
}

function toTextRequest(text: string, language = 'en-US'): ExtractionRequest {
  checkLength(text);
  // Half of a character is not the text that the service would read, and no database keeps a zero.
  if (/\p{Cs}|\0/u.test(text)) throw new Refusal('InvalidRequest', 'The field text is not as it must be.');
  if (text.trim() === '') throw new Refusal('InvalidRequest', 'The field text says nothing.');
  checkLanguage(language);
  return { text, language, sessionId: null, store: false };
}

/** @throws Refusal TextTooLong */
export function checkLength(text: string): void {
  const length = codePoints(text);
  if (length <= mostCharacters) return;
  const most = mostCharacters.toLocaleString('en');
  throw new Refusal('TextTooLong', `The text has ${length.toLocaleString('en')} characters. At most ${most} are read.`);
}

/** @throws Refusal LanguageNotSupported */
export function checkLanguage(language: string): void {
  if (isRead(language)) return;
  throw new Refusal('LanguageNotSupported', 'Only English is read for entities: languages that begin with en-.');
}
