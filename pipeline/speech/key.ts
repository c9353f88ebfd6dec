import type { SpeechRequest } from './requests.ts';
import type { Speaker } from './voices.ts';

/**
 * The key of the object that holds a text as it is spoken. A hash alone would tell whoever can list the bucket whether a
 * text that can be guessed was spoken; this one needs the stage's secret.
 */
export async function toSpeechKey(
  secret: string,
  { text, textType }: Pick<SpeechRequest, 'text' | 'textType'>,
  { voice, language, engine }: Speaker,
): Promise<string> {
  const bytes = new TextEncoder();
  const hmac = 'HMAC';
  const kind = { name: hmac, hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), kind, false, ['sign']);
  // A list in JSON: no two requests are written alike.
  const of = JSON.stringify([text, textType, voice, language, engine]);
  const digest = await crypto.subtle.sign(hmac, key, bytes.encode(of));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `speech/${hex}.mp3`;
}
