import { describe, expect, test } from 'vitest';
import { linkSeconds, speak, type Spoken } from '../../../../pipeline/api/speak/speak.ts';
import { PipelineError } from '../../../../pipeline/errors.ts';
import type { SpeechPorts } from '../../../../pipeline/speechPorts.ts';
import { body, caller, memorySpeech } from './memorySpeech.ts';

const run = (ports: SpeechPorts, more: object = {}) =>
  speak(ports)(caller, { params: {}, body: { ...body, ...more } }) as Promise<Spoken>;

test('a text is spoken once, and what was spoken before costs nothing', async () => {
  const ports = memorySpeech();
  const answer = {
    url: 'https://speech/v1?audio/mpeg&300',
    expiresAt: '2026-11-28T09:05:00.000Z',
    voice: 'Amy',
    engine: 'neural',
    billedCharacters: 23,
  };
  expect(await run(ports)).toEqual({ ...answer, cached: false });
  expect(await run(ports)).toEqual({ ...answer, cached: true });
  const take = 'take 23 of supabase user';
  expect(ports.did).toEqual([take, 'speak Amy neural', 'keep', take]);
  // As the service counts them, whose bill it is.
  expect(ports.measured).toEqual([
    ['', 'SpeechCharacters', 21, 'neural'],
    ['', 'EstimatedUsd', (16 * 21) / 1_000_000],
  ]);
  expect(linkSeconds).toBe(300);
});

test('nothing that is said is in a key, a metric or a log', async () => {
  const ports = memorySpeech();
  await run(ports);
  expect(JSON.stringify([[...ports.kept.keys()], ports.measured, ports.logged])).not.toMatch(/Ngozi|tablet/);
  expect([...ports.kept.keys()]).toEqual([expect.stringMatching(/^speech\/[\da-f]{64}\.mp3$/)]);
});

test.each<[what: string, more: Parameters<typeof memorySpeech>[0], asked: object, did: string[], engine: string]>([
  [
    'a voice that the region lacks by its better engine',
    { absent: ({ engine }) => engine === 'neural' },
    {},
    ['Amy neural', 'Amy standard'],
    'standard',
  ],
  ['a region without that engine', { region: 'us-east-2' }, {}, ['Amy standard'], 'standard'],
  [
    'a tag that only the other engine takes',
    {},
    { text: '<speak><emphasis>Now</emphasis></speak>' },
    ['Amy standard'],
    'standard',
  ],
  ['another voice', {}, { voice: 'Arthur' }, ['Arthur neural'], 'neural'],
])('%s', async (_, more, asked, did, engine) => {
  const ports = memorySpeech(more);
  expect(await run(ports, asked)).toMatchObject({ engine });
  expect(ports.did.filter((one) => one.startsWith('speak'))).toEqual(did.map((one) => `speak ${one}`));
});

test('a voice that the region has by no engine is none', async () => {
  const ports = memorySpeech({ absent: () => true });
  await expect(run(ports, { language: 'en-ZA' })).rejects.toMatchObject({ code: 'LanguageNotSupported' });
  expect([ports.kept.size, ports.measured]).toEqual([0, []]);
});

describe('refused before anything is counted', () => {
  test.each<[string, object, string]>([
    ['a language without a voice', { language: 'zu' }, 'LanguageNotSupported'],
    ['a voice of another language', { voice: 'Ayanda' }, 'VoiceNotSupported'],
    ['too long a text', { text: 'a'.repeat(3_001) }, 'TextTooLong'],
    ['an empty text', { text: '' }, 'InvalidRequest'],
    [
      'a tag that the voice does not take',
      { text: '<speak><emphasis>x</emphasis></speak>', voice: 'Arthur' },
      'InvalidRequest',
    ],
  ])('%s', async (_, asked, code) => {
    const ports = memorySpeech();
    await expect(run(ports, asked)).rejects.toMatchObject({ code });
    expect(ports.did).toEqual([]);
  });
});

test.each([
  ['unknown', 'UnknownUser'],
  ['tooMany', 'TooManyRequests'],
] as const)('%s: nothing is spoken, and nothing looked for', async (outcome, code) => {
  const ports = memorySpeech();
  ports.budgets.take = async () => outcome;
  ports.sounds.find = () => Promise.reject(new Error('looked for'));
  await expect(run(ports)).rejects.toMatchObject({ code });
  expect(ports.did).toEqual([]);
});

test('what could not be kept was paid for all the same', async () => {
  const ports = memorySpeech();
  ports.sounds.keep = () => Promise.reject(new PipelineError('ServiceUnavailable', 'S3 answered 503'));
  await expect(run(ports)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  expect(ports.measured).toHaveLength(2);
});
