import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { toSpeechKey } from '../../../pipeline/speech/key.ts';

const request = { text: 'Take one tablet, Ngozi.', textType: 'text' } as const;
const speaker = { voice: 'Amy', language: 'en-GB', engine: 'neural' } as const;

test('a key is made with the secret, and tells nothing of the text', async () => {
  const of = JSON.stringify([request.text, 'text', 'Amy', 'en-GB', 'neural']);
  const expected = createHmac('sha256', 'secret').update(of).digest('hex');
  expect(await toSpeechKey('secret', request, speaker)).toBe(`speech/${expected}.mp3`);
});

test.each<[string, string, object, object]>([
  ['another secret', 'another', {}, {}],
  ['another text', 'secret', { text: 'Take one tablet, Ngozi!' }, {}],
  ['the same as SSML', 'secret', { textType: 'ssml' }, {}],
  ['another voice', 'secret', {}, { voice: 'Emma' }],
  ['another language of the voice', 'secret', {}, { language: 'en-IN' }],
  ['another engine', 'secret', {}, { engine: 'standard' }],
])('%s is another key', async (_, secret, other, otherSpeaker) => {
  const key = await toSpeechKey(secret, { ...request, ...other }, { ...speaker, ...otherSpeaker });
  expect(key).not.toBe(await toSpeechKey('secret', request, speaker));
});
