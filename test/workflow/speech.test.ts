import { randomUUID } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../../local/services/clock.ts';
import type { Spoken } from '../../pipeline/api/speak/speak.ts';
import { factsOf } from '../pipeline/recording/containers/inspected.ts';
import { firebaseProject, ofFirebaseUser, Signer } from '../pipeline/edge/signedTokens.ts';
import { checkAnswer } from './answers.ts';
import { googleKeys } from './googleKeys.ts';
import { TestStack } from './testStack.ts';

type Answer = Spoken & { error?: string; code?: string };

const provider = randomUUID();
const patient = randomUUID();
const firebaseUid = 'Vq2nR5uYb1PqS0cK8d3f';
const text = 'Take one tablet in the morning, Ngozi.';
const seconds = () => Math.floor(Date.now() / 1000);
const times = () => ({ iat: seconds() - 60, exp: seconds() + 3_000 });

let product: TestStack;
let google: Signer;
/** How far the stack's time is ahead of the machine's, in milliseconds. */
let ahead = 0;

beforeAll(async () => {
  google = await Signer.make('google-1', 'RS256');
  product = await TestStack.start({
    clock: { ...realClock(), now: () => Date.now() + ahead },
    preload: [googleKeys(google)],
    stepEnv: { FIREBASE_PROJECT_ID: firebaseProject },
  });
  await product.sql(`
    insert into public.users (id, firebase_uid) values ('${provider}', null), ('${patient}', '${firebaseUid}');
    insert into pipeline.settings values ('requests_a_minute', '100000')`);
});
afterAll(async () => {
  await product.stop();
});

const tokenOf = (sub: string, more: object = {}) =>
  product.stack.signJwt({ role: 'authenticated', sub, ...times(), ...more });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function ask(
  body: unknown,
  headers: Record<string, string> = bearer(tokenOf(provider)),
): Promise<{ status: number; body: Answer }> {
  const url = `${product.stack.env['API_URL']}/speech`;
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', headers, body: sent });
  const answer = { status: response.status, body: (await response.json()) as Answer };
  // The gateway's own refusal, without a code, is about all requests and not about this user.
  if (answer.status === 429 && answer.body.code === undefined) return ask(body, headers);
  checkAnswer({ method: 'POST', path: '/speech', asked: {}, ...answer });
  return answer;
}

/** A user who has had nothing spoken yet. */
async function newcomer(): Promise<Record<string, string>> {
  const id = randomUUID();
  await product.sql(`insert into public.users (id) values ('${id}')`);
  return bearer(tokenOf(id));
}

describe('a text', () => {
  test('is spoken once; whoever has the link hears it, for five minutes', async () => {
    const count = product.countCalls();
    const first = await ask({ text, language: 'en-GB' });
    expect(first).toEqual({
      status: 200,
      body: {
        url: expect.any(String) as string,
        expiresAt: expect.any(String) as string,
        voice: 'Amy',
        engine: 'neural',
        billedCharacters: 38,
        cached: false,
      },
    });
    const { url, expiresAt } = first.body;
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
    const sound = await fetch(url);
    expect([sound.status, sound.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
    expect((await factsOf(await sound.bytes())).audio).toMatchObject({ channels: 1, sampleRate: 24_000 });
    const again = await ask({ text, language: 'en-GB' });
    expect([again.body.cached, count('SynthesizeSpeech')]).toEqual([true, 1]);
    expect((await fetch(again.body.url)).status).toBe(200);
    ahead = 302_000;
    const late = await fetch(url);
    ahead = 0;
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  });

  test('is in the bucket under a key that tells nothing, encrypted with the key of the stage', async () => {
    await ask({ text, language: 'en-GB', voice: 'Emma' });
    const { buckets, environment } = product.stack.deployment;
    const Bucket = buckets.find(({ id }) => id === 'SpeechBucket')?.name;
    const { s3 } = product.deployment.clients;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key = '' } of Contents) expect(Key).toMatch(/^speech\/[\da-f]{64}\.mp3$/);
    const object = await s3.send(new GetObjectCommand({ Bucket, Key: Contents[0]?.Key }));
    await object.Body?.transformToByteArray();
    expect([object.ServerSideEncryption, object.SSEKMSKeyId]).toEqual(['aws:kms', environment['KMS_KEY_ID']]);
  });

  test.each<[what: string, body: object, expected: object]>([
    ['from South Africa', { text: 'Molo, take care.', language: 'en-ZA' }, { voice: 'Ayanda', engine: 'neural' }],
    ['from right to left', { text: 'خذ قرصًا واحدًا', language: 'arb' }, { voice: 'Zeina', engine: 'standard' }],
    ['with an emoji', { text: 'Well done 😀', language: 'fr-FR' }, { voice: 'Lea', billedCharacters: 11 }],
    [
      'with tags',
      { text: '<speak>One<break/>two</speak>', language: 'pt-BR' },
      { voice: 'Camila', billedCharacters: 6 },
    ],
    [
      "with a tag of the standard engine's",
      { text: '<speak><emphasis level="strong">No</emphasis></speak>', language: 'en-US' },
      { voice: 'Joanna', engine: 'standard', billedCharacters: 2 },
    ],
    ['as long as may be', { text: 'a'.repeat(3_000), language: 'en-GB' }, { billedCharacters: 3_000 }],
    [
      'as long as may be, and tags, which nobody pays for',
      { text: `<speak>${`<p>${'a'.repeat(1_500)}</p>`.repeat(2)}</speak>`, language: 'en-GB' },
      { billedCharacters: 3_000 },
    ],
  ])('%s', async (_, body, expected) => {
    const answer = await ask(body);
    expect(answer).toMatchObject({ status: 200, body: expected });
    expect((await fetch(answer.body.url)).status).toBe(200);
  });

  test('is spoken by the other engine where the better one turns out not to have the voice', async () => {
    const { faults } = product.stack;
    const operation = 'SynthesizeSpeech';
    faults.add({ target: 'polly', operation, error: 'EngineNotSupportedException', times: 1 });
    expect(await ask({ text: 'Only once.', language: 'en-GB' })).toMatchObject({ body: { engine: 'standard' } });
  });
});

describe('who may have something spoken', () => {
  const body = { text: 'Good morning.', language: 'en-GB' };
  test.each<[who: string, status: number, code: string | undefined, () => Record<string, string> | Promise<object>]>([
    ['a provider', 200, undefined, () => bearer(tokenOf(provider))],
    ['a patient', 200, undefined, () => bearer(tokenOf(patient))],
    [
      'the same, signed in at Firebase',
      200,
      undefined,
      async () => ({
        ...bearer(product.stack.env['SUPABASE_ANON_KEY'] ?? ''),
        'x-firebase-token': await google.sign(
          ofFirebaseUser({ ...times(), auth_time: seconds() - 600, sub: firebaseUid }),
        ),
      }),
    ],
    ['somebody whom the health record does not know', 403, 'UnknownUser', () => bearer(tokenOf(randomUUID()))],
    ['nobody', 401, 'InvalidToken', () => ({})],
    ['an anonymous user', 401, 'InvalidToken', () => bearer(tokenOf(provider, { is_anonymous: true }))],
    ['the public key', 401, 'InvalidToken', () => bearer(product.stack.env['SUPABASE_ANON_KEY'] ?? '')],
    ['the service', 401, 'InvalidToken', () => bearer(product.stack.env['SUPABASE_SERVICE_ROLE_KEY'] ?? '')],
    ['a user whose token has expired', 401, 'InvalidToken', () => bearer(tokenOf(provider, { exp: seconds() - 100 }))],
    ['a user of somewhere else', 401, 'InvalidToken', () => bearer(tokenOf(provider, { aud: 'others' }))],
  ])('%s: %i', async (_, status, code, headers) => {
    const answer = await ask(body, (await headers()) as Record<string, string>);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('refused, and never sent to Polly', () => {
  const language = 'en-GB';
  test.each<[what: string, body: unknown, status: number, code: string]>([
    ['a body that is no JSON', '{', 400, 'InvalidRequest'],
    ['an empty text', { text: '', language }, 400, 'InvalidRequest'],
    ['no text', { language }, 400, 'InvalidRequest'],
    ['no language', { text }, 400, 'InvalidRequest'],
    ['3,001 characters', { text: 'Ngozi'.padEnd(3_001, 'a'), language }, 413, 'TextTooLong'],
    [
      '3,001 characters between tags',
      { text: `<speak><p>${'a'.repeat(3_000)}</p><p>b</p></speak>`, language },
      413,
      'TextTooLong',
    ],
    ['6,001 with tags', { text: `<speak>${'<break/>'.repeat(748)}bb</speak>`, language }, 413, 'TextTooLong'],
    ['64 KB', { text: 'a'.repeat(65_536), language }, 413, 'PayloadTooLarge'],
    [
      'a bomb',
      {
        text: '<speak><!DOCTYPE b [<!ENTITY a "Ngozi"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>&b;&b;</speak>',
        language,
      },
      400,
      'InvalidRequest',
    ],
    ['tags without end', { text: `<speak>${'<p>'.repeat(1_500)}Ngozi</speak>`, language }, 400, 'InvalidRequest'],
    [
      'tags deep in one another, each with its end',
      { text: `<speak>${'<s>'.repeat(700)}Ngozi${'</s>'.repeat(700)}</speak>`, language },
      400,
      'InvalidRequest',
    ],
    ['SSML that is none', { text: '<speak>Ngozi', language }, 400, 'InvalidRequest'],
    ['a voice of another language', { text, language, voice: 'Vicki' }, 422, 'VoiceNotSupported'],
    ...['af', 'zu', 'xh', 'sw', 'ha', 'yo'].map((none): [string, unknown, number, string] => [
      `the language ${none}`,
      { text, language: none },
      422,
      'LanguageNotSupported',
    ]),
  ])('%s', async (_, body, status, code) => {
    const count = product.countCalls();
    const answer = await ask(body);
    expect([answer.status, answer.body.code, count('SynthesizeSpeech')]).toEqual([status, code, 0]);
    expect(answer.body.error).not.toMatch(/Ngozi|tablet/);
  });

  test('a language without a voice: the answer names those that have one', async () => {
    const { body } = await ask({ text, language: 'zu' });
    expect(body.error).toMatch(/en-ZA.*fr-FR.*pt-BR.*arb/);
  });
});

describe('a user may have 20,000 characters spoken in an hour', () => {
  test('those that were spoken before count, and another user has as many', async () => {
    const [one, other] = [await newcomer(), await newcomer()];
    const long = { text: 'b'.repeat(3_000), language: 'en-GB' };
    for (let n = 0; n < 6; n += 1) expect((await ask(long, one)).status).toBe(200);
    expect(await ask(long, one)).toMatchObject({ status: 429, body: { code: 'TooManyRequests' } });
    // What is left may be used up.
    expect((await ask({ ...long, text: 'b'.repeat(2_000) }, one)).status).toBe(200);
    expect((await ask({ ...long, text: 'b' }, one)).status).toBe(429);
    expect((await ask(long, other)).status).toBe(200);
  });

  test('and no more by asking for everything at once', async () => {
    const someone = await newcomer();
    const asked = Array.from({ length: 10 }, (_, n) => ask({ text: `${n}`.repeat(2_500), language: 'de-DE' }, someone));
    // What Polly has no time for now is asked for again; it counts all the same.
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 429).length).toBe(8);
  });
});

test('while Polly fails, somebody is told to ask again, and nothing is kept', async () => {
  const { faults } = product.stack;
  faults.add({ target: 'polly', operation: 'SynthesizeSpeech', error: 'ThrottlingException', times: Infinity });
  const body = { text: 'Later.', language: 'en-GB' };
  const busy = await ask(body, await newcomer());
  faults.clear();
  expect([busy.status, busy.body.code]).toEqual([503, 'ServiceUnavailable']);
  expect((await ask(body)).body.cached).toBe(false);
});

test('nothing of what was said is in a log', () => {
  expect(product.log.filter((line) => line.includes('"step":"speak"')).length).toBeGreaterThan(40);
  expect(product.log.filter((line) => /Ngozi|tablet|b{20}/.test(line))).toEqual([]);
  const measured = product.log.filter((line) => line.includes('SpeechCharacters'));
  expect(measured.length).toBeGreaterThan(5);
});
