import { PollyClient, SynthesizeSpeechCommand } from '@aws-sdk/client-polly';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectPolly, toVoices } from '../../../pipeline/edge/polly.ts';
import type { Speaker } from '../../../pipeline/speech/voices.ts';
import { pollyHarness } from '../../local/services/polly/harness.ts';
import { serviceError } from './serviceError.ts';

const amy: Speaker = { voice: 'Amy', language: 'en-GB', engine: 'neural' };
const text = 'Take one tablet, Ngozi.';

test('asks in the region that it is given', async () => {
  const client = connectPolly('af-south-1');
  expect([await client.config.region(), await client.config.maxAttempts()]).toEqual(['af-south-1', 2]);
});

describe('on the stand-in', () => {
  test('a text is spoken as MP3, and its characters are counted', async () => {
    await using polly = await pollyHarness();
    const spoken = await toVoices(polly.client()).speak({ text, textType: 'text' }, amy);
    if (spoken === 'notHere') throw new Error('the voice is not here');
    expect([spoken.characters, spoken.bytes[0], spoken.bytes[1]]).toEqual([23, 0xff, 0xf3]);
  });

  test('of SSML, its tags are not counted', async () => {
    await using polly = await pollyHarness();
    const request = { text: '<speak>Take <break/>one.</speak>', textType: 'ssml' } as const;
    expect(await toVoices(polly.client()).speak(request, amy)).toMatchObject({ characters: 9 });
  });

  test.each<[string, Partial<Speaker>, string]>([
    ['an engine that the region lacks', {}, 'us-east-2'],
    ['an engine that the voice lacks', { voice: 'Zeina', language: 'arb' }, 'eu-west-1'],
    ['a language that is not that of the voice', { language: 'fr-FR' }, 'eu-west-1'],
  ])('%s is not here', async (_, more, region) => {
    await using polly = await pollyHarness();
    expect(await toVoices(polly.client(region)).speak({ text, textType: 'text' }, { ...amy, ...more })).toBe('notHere');
  });

  test.each<[string, string, 'text' | 'ssml', string]>([
    ['too long a text', 'a'.repeat(3_001), 'text', 'TextTooLong'],
    ['SSML that is none', '<speak>Ngozi', 'ssml', 'InvalidRequest'],
  ])('%s is told by its name, and nothing of it', async (_, given, textType, code) => {
    await using polly = await pollyHarness();
    const refusal = toVoices(polly.client()).speak({ text: given, textType }, amy);
    await expect(refusal).rejects.toMatchObject({ code });
    await expect(refusal).rejects.not.toThrow(/Ngozi|aaa/);
  });
});

describe('a service that fails', () => {
  let mock: ReturnType<typeof mockClient>;
  beforeEach(() => void (mock = mockClient(PollyClient)));
  afterEach(() => mock.restore());

  test.each([
    // Polly says so with 400.
    ['ThrottlingException', 400, 'Throttled'],
    ['ServiceFailureException', 500, 'ServiceUnavailable'],
    ['TimeoutError', undefined, 'ServiceUnavailable'],
    ['AccessDeniedException', 403, 'AccessDeniedException'],
  ])('%s, %s: %s', async (name, status, expected) => {
    mock.on(SynthesizeSpeechCommand).rejects(serviceError(name, status));
    const refusal = toVoices(new PollyClient({ region: 'eu-west-1' })).speak({ text, textType: 'text' }, amy);
    await expect(refusal).rejects.toMatchObject({ name: expected });
  });
});
