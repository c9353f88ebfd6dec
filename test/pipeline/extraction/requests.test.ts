import { describe, expect, test } from 'vitest';
import { toExtractionRequest } from '../../../pipeline/extraction/requests.ts';
import type { RefusalName } from '../../../pipeline/refusals.ts';

const sessionId = '0B9C1f30-6a5e-4d0f-9a54-1d0c2f1d7a11';

describe('is taken', () => {
  const text = 'A cough.';
  const ofText = { language: 'en-US', sessionId: null, store: false };
  const ofSession = { text: null, sessionId: sessionId.toLowerCase() };
  test.each<[what: string, body: object, request: object]>([
    ['a text', { text }, { text, ...ofText }],
    ['another English', { text, language: 'en-ZA' }, { text, ...ofText, language: 'en-ZA' }],
    ['a text that is not to be kept', { text, store: false }, { text, ...ofText }],
    ['a session', { sessionId }, { ...ofSession, store: false }],
    ['one to be kept', { sessionId, store: true }, { ...ofSession, store: true }],
    ['fields of older clients', { text, action: 'extract', userId: 7 }, { text, ...ofText }],
    ['20,000 characters', { text: 'a'.repeat(20_000) }, { text: 'a'.repeat(20_000), ...ofText }],
    [
      'as many emoji, which are two units each',
      { text: '😀'.repeat(20_000) },
      { text: '😀'.repeat(20_000), ...ofText },
    ],
    ['lines, tabs and other control characters', { text: 'a\r\n\tb\u0007' }, { text: 'a\r\n\tb\u0007', ...ofText }],
    ['blanks around, which count in offsets', { text: ' a ' }, { text: ' a ', ...ofText }],
  ])('%s', (_, body, request) => {
    expect(toExtractionRequest(body)).toEqual(request);
  });
});

describe('is refused', () => {
  const text = 'Ngozi coughs.';
  test.each<[what: string, body: unknown, code: RefusalName, names: RegExp]>([
    ['nothing', undefined, 'InvalidRequest', /body/],
    ['a list', [{ text }], 'InvalidRequest', /body/],
    ['neither', {}, 'InvalidRequest', /text or the field sessionId/],
    ['both', { text, sessionId }, 'InvalidRequest', /text or the field sessionId/],
    ['an empty text', { text: '' }, 'InvalidRequest', /text/],
    ['white space', { text: ' \n\t\u00a0\u2003' }, 'InvalidRequest', /text/],
    ['a number', { text: 7 }, 'InvalidRequest', /text/],
    ['null', { text: null }, 'InvalidRequest', /text/],
    ['a list of texts', { text: [text] }, 'InvalidRequest', /text/],
    ['a first half of a character', { text: `${text}\ud83d` }, 'InvalidRequest', /text/],
    ['a second half', { text: `\ude00${text}` }, 'InvalidRequest', /text/],
    ['a zero', { text: `${text}\0` }, 'InvalidRequest', /text/],
    ['20,001 characters', { text: text.padEnd(20_001, 'a') }, 'TextTooLong', /20,001 .* 20,000/],
    ['one emoji too many', { text: '😀'.repeat(20_001) }, 'TextTooLong', /20,001/],
    ['French', { text, language: 'fr-FR' }, 'LanguageNotSupported', /English/],
    ['a language without a country', { text, language: 'en' }, 'LanguageNotSupported', /English/],
    ['no language', { text, language: text }, 'InvalidRequest', /language/],
    ['a language of a session', { sessionId, language: 'en-US' }, 'InvalidRequest', /language/],
    ['a text to be kept', { text, store: true }, 'InvalidRequest', /store/],
    ['a word for yes', { sessionId, store: 'true' }, 'InvalidRequest', /store/],
    ['no uuid', { sessionId: "1' or true" }, 'InvalidRequest', /sessionId/],
  ])('%s', (_, body, code, names) => {
    let refusal: unknown;
    try {
      toExtractionRequest(body);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(names) as string });
    expect((refusal as Error).message).not.toMatch(/Ngozi|or true/);
  });
});
