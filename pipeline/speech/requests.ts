import * as v from 'valibot';
import { isText, readBody } from '../bodies.ts';
import { Refusal } from '../refusals.ts';
import { isSsml, readSsml } from './ssml.ts';
import type { Engine } from './voices.ts';

/** What is to be said, and by whom. */
export interface SpeechRequest {
  /** As it was sent. It may be health data. */
  text: string;
  textType: 'text' | 'ssml';
  /** What Polly bills: characters, without those of tags. */
  billedCharacters: number;
  /** The engines that take the text. */
  engines: readonly Engine[];
  language: string;
  voice: string | undefined;
}

/** The limits of a request to Polly, in characters (code points): what is billed, and everything. */
export const mostBilled = 3_000;
export const mostInAll = 6_000;

const word = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));

export const body = v.object({
  // Lines and tabs are pauses; no voice speaks another control character, or half of a character.
  text: v.pipe(v.string(), v.check(isText)),
  language: word(16),
  voice: v.optional(word(32)),
});

/**
 * The request of a body. A text that begins with `<speak>` is SSML.
 * @throws Refusal InvalidRequest, which names the field and nothing that is in it, TextTooLong
 */
export function toSpeechRequest(given: unknown): SpeechRequest {
  const { text, language, voice } = readBody(body, given);
  const inAll = lengthOf(text);
  if (inAll > mostInAll) throw tooLong(inAll);
  const textType = isSsml(text) ? 'ssml' : 'text';
  const { said, engines }: { said: string; engines: readonly Engine[] } =
    textType === 'ssml' ? readSsml(text) : { said: text, engines: ['neural', 'standard'] };
  if (said.trim() === '') throw new Refusal('InvalidRequest', 'The field text says nothing.');
  const billedCharacters = lengthOf(said);
  if (billedCharacters > mostBilled) throw tooLong(inAll);
  return { text, textType, billedCharacters, engines, language, voice };
}

const lengthOf = (text: string) => Array.from(text).length;

function tooLong(inAll: number): Refusal {
  const most = `${mostBilled.toLocaleString('en')} characters to be said, and ${mostInAll.toLocaleString('en')} with tags`;
  return new Refusal('TextTooLong', `The text has ${inAll} characters. At most ${most}, are spoken at once.`);
}
