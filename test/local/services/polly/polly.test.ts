import {
  DescribeVoicesCommand,
  type PollyServiceException,
  StartSpeechSynthesisTaskCommand,
  SynthesizeSpeechCommand,
  type SynthesizeSpeechCommandInput,
} from '@aws-sdk/client-polly';
import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../pipeline/recording/containers/inspected.ts';
import { failureOf } from '../../testClock.ts';
import { pollyHarness } from './harness.ts';

const usual: SynthesizeSpeechCommandInput = {
  Text: 'Hello there.',
  VoiceId: 'Amy',
  Engine: 'neural',
  OutputFormat: 'mp3',
};

async function spoken(more: Partial<SynthesizeSpeechCommandInput> = {}, region?: string) {
  await using polly = await pollyHarness();
  const answer = await polly.client(region).send(new SynthesizeSpeechCommand({ ...usual, ...more }));
  const bytes = (await answer.AudioStream?.transformToByteArray()) ?? new Uint8Array();
  return { ...answer, bytes };
}

async function refused(more: object, region?: string) {
  await using polly = await pollyHarness();
  return await toldOf(polly.client(region).send(new SynthesizeSpeechCommand({ ...usual, ...more })));
}

/** The name and the status of a failure. */
async function toldOf(asked: Promise<unknown>) {
  const { name, $metadata } = (await failureOf(asked)) as PollyServiceException;
  return [name, $metadata.httpStatusCode];
}

describe('the sound', () => {
  test.each([
    ['neural', 24_000],
    ['standard', 22_050],
  ] as const)('of the %s engine is MP3 at %i Hz, the longer the more is said', async (Engine, sampleRate) => {
    const one = await spoken({ Engine });
    const two = await spoken({ Engine, Text: 'Hello there. '.repeat(100) });
    expect(one.ContentType).toBe('audio/mpeg');
    const facts = [await factsOf(one.bytes), await factsOf(two.bytes)];
    expect(facts.map(({ audio }) => [audio?.channels, audio?.sampleRate])).toEqual([
      [1, sampleRate],
      [1, sampleRate],
    ]);
    const [first = 0, second = 0] = facts.map(({ audio }) => audio?.durationMs ?? 0);
    expect(first).toBeGreaterThan(250);
    expect(second).toBeGreaterThan(first * 90);
  });

  test('says how many characters it costs: those of the text, without tags', async () => {
    expect((await spoken()).RequestCharacters).toBe(12);
    const Text = '<speak>Hello<break time="1s"/> 😀</speak>';
    expect((await spoken({ Text, TextType: 'ssml' })).RequestCharacters).toBe(7);
    // Whoever does not say that it is SSML has the tags read out.
    expect((await spoken({ Text })).RequestCharacters).toBe(40);
  });

  test('is standard unless something else is asked for', async () => {
    expect((await factsOf((await spoken({ Engine: undefined })).bytes)).audio?.sampleRate).toBe(22_050);
  });
});

test.each<[what: string, more: object, region: string | undefined, error: string, status: number]>([
  ['more than 3,000 characters', { Text: 'a'.repeat(3_001) }, undefined, 'TextLengthExceededException', 400],
  [
    'more than 6,000 with tags',
    { Text: `<speak>${'<break/>'.repeat(748)}bb</speak>`, TextType: 'ssml' },
    undefined,
    'TextLengthExceededException',
    400,
  ],
  ['SSML without an end', { Text: '<speak>Hello', TextType: 'ssml' }, undefined, 'InvalidSsmlException', 400],
  ['text that is called SSML', { TextType: 'ssml' }, undefined, 'InvalidSsmlException', 400],
  ['an unknown tag', { Text: '<speak><b>x</b></speak>', TextType: 'ssml' }, undefined, 'InvalidSsmlException', 400],
  ['an unknown entity', { Text: '<speak>&x;</speak>', TextType: 'ssml' }, undefined, 'InvalidSsmlException', 400],
  [
    "the standard engine's tag",
    { Text: '<speak><emphasis>x</emphasis></speak>', TextType: 'ssml' },
    undefined,
    'InvalidSsmlException',
    400,
  ],
  ['an engine that the voice lacks', { VoiceId: 'Zeina' }, undefined, 'EngineNotSupportedException', 400],
  ['an engine that the region lacks', {}, 'us-east-2', 'EngineNotSupportedException', 400],
  ['a region without the service', {}, 'eu-south-1', 'UnrecognizedClientException', 400],
  ['another language', { LanguageCode: 'en-US' }, undefined, 'LanguageNotSupportedException', 400],
  ['a voice that is none', { VoiceId: 'Ngozi' }, undefined, 'ValidationException', 400],
  ['another format', { OutputFormat: 'pcm' }, undefined, 'NotImplemented', 501],
  ['a sample rate', { SampleRate: '8000' }, undefined, 'NotImplemented', 501],
  ['a lexicon', { LexiconNames: ['drugs'] }, undefined, 'NotImplemented', 501],
  ['speech marks', { SpeechMarkTypes: ['word'] }, undefined, 'NotImplemented', 501],
  ['another engine', { Engine: 'generative' }, undefined, 'NotImplemented', 501],
])('%s is refused', async (_, more, region, error, status) => {
  expect(await refused(more, region)).toEqual([error, status]);
});

test('a voice of two languages speaks either', async () => {
  for (const LanguageCode of ['en-IN', 'hi-IN'] as const) {
    expect((await spoken({ VoiceId: 'Kajal', LanguageCode })).RequestCharacters).toBe(12);
  }
});

test.each([
  ['neural', 10, 8],
  ['standard', 100, 80],
] as const)('the %s engine takes %i requests at once, and %i a second', async (Engine, burst, rate) => {
  await using polly = await pollyHarness();
  const client = polly.client();
  // A sound that nobody reads keeps its connection.
  const ask = async () =>
    (await client.send(new SynthesizeSpeechCommand({ ...usual, Engine }))).AudioStream?.transformToByteArray();
  for (let n = 0; n < burst; n += 1) await ask();
  expect(await toldOf(ask())).toEqual(['ThrottlingException', 400]);
  await polly.clock.advance(1_000);
  for (let n = 0; n < rate; n += 1) await ask();
  expect((await failureOf(ask())).name).toBe('ThrottlingException');
  // Another region has a rate of its own.
  await polly.client('eu-central-1').send(new SynthesizeSpeechCommand({ ...usual, Engine }));
});

test('what else the service does is named, and not done', async () => {
  await using polly = await pollyHarness();
  const task = new StartSpeechSynthesisTaskCommand({ ...usual, OutputS3BucketName: 'sounds' });
  for (const [name, failure] of [
    ['DescribeVoices', await failureOf(polly.client().send(new DescribeVoicesCommand()))],
    ['StartSpeechSynthesisTask', await failureOf(polly.client().send(task))],
  ] as const) {
    expect([failure.name, failure.message]).toEqual(['NotImplemented', expect.stringContaining(name)]);
  }
});

test('a call is observed under its name', async () => {
  await using polly = await pollyHarness();
  await polly.client().send(new SynthesizeSpeechCommand(usual));
  expect(polly.calls).toMatchObject([{ target: 'polly', operation: 'SynthesizeSpeech', region: 'eu-west-1' }]);
});
