import { describe, expect, test } from 'vitest';
import { mostBilled, mostInAll, toSpeechRequest } from '../../../pipeline/speech/requests.ts';

const language = 'en-GB';
const breaks = (count: number) => '<break/>'.repeat(count);

test.each<[what: string, body: object, expected: object]>([
  ['a text', { text: 'Hello.', language }, { textType: 'text', billedCharacters: 6, voice: undefined }],
  ['a text with a voice', { text: 'Hello.', language, voice: 'Amy' }, { voice: 'Amy', language }],
  ['signs that are no tags', { text: 'Take < 2 & rest', language }, { textType: 'text', billedCharacters: 15 }],
  ['lines and tabs', { text: 'One\n\ttwo\r\n', language }, { billedCharacters: 10 }],
  ['an emoji counts once', { text: 'Well 😀', language }, { billedCharacters: 6 }],
  ['one of several counts as its parts', { text: '👩‍⚕️', language }, { billedCharacters: 4 }],
  ['from right to left', { text: 'خذ قرصًا واحدًا \u200fAspirin\u200f', language: 'arb' }, { billedCharacters: 25 }],
  ['SSML', { text: '<speak>Hi<break/></speak>', language }, { textType: 'ssml', billedCharacters: 2 }],
  ['the most that is billed', { text: 'a'.repeat(3_000), language }, { billedCharacters: 3_000 }],
  [
    'the same with tags',
    { text: `<speak>${'a'.repeat(2_900)}${breaks(300)}</speak>`, language },
    { billedCharacters: 2_900 },
  ],
  ['the most in all', { text: `<speak>${breaks(748)}b</speak>`, language }, { billedCharacters: 1 }],
  ['3,000 emojis', { text: '😀'.repeat(3_000), language }, { billedCharacters: 3_000 }],
  ['a field that nobody knows', { text: 'Hi', language, mood: 'glad' }, { text: 'Hi' }],
])('%s', (_, body, expected) => {
  expect(toSpeechRequest(body)).toMatchObject(expected);
});

describe('refused, without a word of what was sent', () => {
  test.each<[what: string, body: unknown, code: string, message: RegExp]>([
    ['no object', ['Ngozi'], 'InvalidRequest', /must be a JSON object/],
    ['nothing', undefined, 'InvalidRequest', /must be a JSON object/],
    ['no text', { language }, 'InvalidRequest', /field text/],
    ['a text that is none', { text: { ngozi: 1 }, language }, 'InvalidRequest', /field text/],
    ['an empty text', { text: '', language }, 'InvalidRequest', /text says nothing/],
    ['blanks', { text: ' \n\t ', language }, 'InvalidRequest', /text says nothing/],
    ['tags alone', { text: `<speak>${breaks(3)} </speak>`, language }, 'InvalidRequest', /text says nothing/],
    ['half a character', { text: 'Ngozi \ud83d', language }, 'InvalidRequest', /field text/],
    ['a control character', { text: 'Ngozi \u0000', language }, 'InvalidRequest', /field text/],
    ['no language', { text: 'Ngozi' }, 'InvalidRequest', /field language/],
    [
      'a language that is too long to be one',
      { text: 'Ngozi', language: 'x'.repeat(17) },
      'InvalidRequest',
      /field language/,
    ],
    ['a voice that is no name', { text: 'Ngozi', language, voice: 7 }, 'InvalidRequest', /field voice/],
    ['an entity', { text: '<speak>&ngozi;</speak>', language }, 'InvalidRequest', /no SSML .* at character 8/],
    ['one more than is billed', { text: 'Ngozi'.padEnd(3_001, 'a'), language }, 'TextTooLong', /has 3001 characters/],
    [
      'one more with tags',
      { text: `<speak>${'Ngozi'.padEnd(3_001)}a</speak>`, language },
      'TextTooLong',
      /3,000 .* 6,000/,
    ],
    ['one more in all', { text: `<speak>${breaks(748)}bb</speak>`, language }, 'TextTooLong', /has 6001 characters/],
    ['a bomb', { text: `<speak>${'<p>'.repeat(2_000)}`, language }, 'TextTooLong', /has 6007 characters/],
  ])('%s', (_, body, code, message) => {
    const wanted = expect.stringMatching(new RegExp(`^(?!.*ngozi).*(?:${message.source})`, 'i')) as string;
    expect(() => toSpeechRequest(body)).toThrow(expect.objectContaining({ code, message: wanted }));
  });
});

test("the limits are Polly's", () => {
  expect([mostBilled, mostInAll]).toEqual([3_000, 6_000]);
});
