import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { uuidOf } from '../../local/replay/session.ts';
import { realClock } from '../../local/services/clock.ts';
import type { Extraction } from '../../pipeline/api/extraction/extract.ts';
import { firebaseProject, ofFirebaseUser, Signer } from '../pipeline/edge/signedTokens.ts';
import { checkAnswer } from './answers.ts';
import { leaks } from './spoken.ts';
import { googleKeys } from './googleKeys.ts';
import { TestStack } from './testStack.ts';
import { sessionOf, visit } from './visits.ts';

type Answer = Extraction & { error?: string; code?: string };

const firebaseUid = 'Vq2nR5uYb1PqS0cK8d3f';
/** Several calls of each operation, of different lengths, and characters outside the first plane. */
const lines = Array.from({ length: 60 }, (_, n) => [
  `clinician: Number ${n}, do you have a fever or chest pain 🐈‍⬛ since we last spoke of it, Zoë?`,
  `patient: ${n % 3 === 0 ? 'No.' : 'Yes, since Monday.'} I take lisinopril 10 mg for high blood pressure, and 👩🏽‍⚕️ has a cough.`,
]).flat();
const ngozi = 'Ngozi takes metformin 500 mg. She denies chest pain.';
const sessionId = sessionOf('asked-again');
const seconds = () => Math.floor(Date.now() / 1000);
const times = () => ({ iat: seconds() - 60, exp: seconds() + 3_000 });

let product: TestStack;
let google: Signer;
let recordingId: string;

beforeAll(async () => {
  google = await Signer.make('google-1', 'RS256');
  product = await TestStack.start({
    clock: realClock(),
    edge: {
      runtime: 'deno',
      preload: [googleKeys(google)],
      env: {
        FIREBASE_PROJECT_ID: firebaseProject,
        AWS_ACCESS_KEY_ID_EXTRACTION: 'AKIAEXTRACTION',
        AWS_SECRET_ACCESS_KEY_EXTRACTION: 'secret',
      },
    },
  });
  recordingId = (await product.run(visit('asked-again', {}, lines))).outcome.recordingId;
  await product.run(visit('in-spanish', { language: 'es-ES' }));
  await product.sql(`
    insert into pipeline.settings values ('requests_a_minute', '100000');
    update public.users set firebase_uid = '${firebaseUid}' where id = '${uuidOf('in-spanish', 'provider')}'`);
});
afterEach(() => product.stack.faults.clear());
afterAll(async () => {
  await product.stop();
});

const tokenOf = (sub: string, more: object = {}) =>
  product.stack.signJwt({ role: 'authenticated', sub, ...times(), ...more });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const provider = () => bearer(tokenOf(uuidOf('asked-again', 'provider')));
const ofFirebase = async (sub: string) => ({
  ...bearer(product.stack.env['SUPABASE_ANON_KEY'] ?? ''),
  'x-firebase-token': await google.sign(ofFirebaseUser({ ...times(), auth_time: seconds() - 600, sub })),
});

async function ask(body: unknown, headers: Record<string, string> = provider()) {
  const url = `${product.stack.env['SUPABASE_URL']}/functions/v1/chime-entity-extraction`;
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', headers, body: sent });
  const answer = (await response.json()) as Answer;
  checkAnswer({ method: 'POST', path: new URL(url).pathname, asked: {}, status: response.status, body: answer });
  return { status: response.status, headers: response.headers, body: answer };
}

/** A provider who has had nothing read yet. */
async function newcomer(used = 0): Promise<Record<string, string>> {
  const id = randomUUID();
  await product.sql(`
    insert into public.users (id) values ('${id}');
    insert into public.video_call_sessions (provider_id, status) values ('${id}', 'ended');
    insert into pipeline.takes (caller, what, minute, n)
      values ('${id}', 'read', date_trunc('day', now() at time zone 'UTC') at time zone 'UTC', ${used})`);
  return bearer(tokenOf(id));
}

/** Everything of a recording that a clinician sees or decides. */
async function stored() {
  const { updated_at: _, ...recording } = (await product.recording(recordingId)) ?? {};
  const reviews = await product.rows('finding_reviews', 'recording_id', recordingId);
  const log = await product.rows('review_log', 'recording_id', recordingId);
  return { recording, reviews, log, ...(await product.results(recordingId)) };
}

const kept = () => product.rows('kept_extractions', 'recording_id', recordingId);

async function rpc(name: string, args: object, headers = provider()): Promise<unknown> {
  const response = await fetch(`${product.stack.env['SUPABASE_URL']}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { ...headers, apikey: product.stack.env['SUPABASE_ANON_KEY'] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify(args),
  });
  expect(response.status).toBe(200);
  return response.json();
}

describe('a session', () => {
  test('has the entities that the workflow found, to the letter, and they are kept nowhere', async () => {
    const count = product.countCalls();
    const { status, body } = await ask({ sessionId });
    expect([status, body.status, body.stored]).toEqual([200, 'completed', null]);
    const workflow = await product.entities(recordingId);
    expect(body.entities).toEqual(workflow);
    expect(body.entities.entities.length).toBeGreaterThan(200);
    const summary = (await product.recording(recordingId))?.['summary'] as object;
    expect(summary).toMatchObject(body.findings);
    expect(body.coverage).toEqual({ ...workflow?.coverage, asked: count(/^(?:Detect|Infer)/), failed: 0 });
    expect(count('InferICD10CM')).toBeGreaterThan(1);
    expect(body.cost.units).toEqual(
      Object.fromEntries(Object.entries(workflow?.engine.operations ?? {}).map(([name, sum]) => [name, sum.units])),
    );
    expect(await kept()).toEqual([]);
  });

  test('is read with the token of its provider, which is logged, and by the user of this function', async () => {
    const before = await product.rows('access_log', 'recording_id', recordingId);
    await ask({ sessionId });
    const after = await product.rows('access_log', 'recording_id', recordingId);
    expect(after.slice(before.length)).toMatchObject([
      { action: 'opened', user_id: uuidOf('asked-again', 'provider') },
    ]);
    expect(product.stack.faults.calls.findLast(({ operation }) => operation === 'InferRxNorm')).toMatchObject({
      accessKeyId: 'AKIAEXTRACTION',
      region: 'eu-west-1',
    });
  });

  test('is kept where that is asked for, once, and no review or signature is undone', async () => {
    const { entities, codes } = await product.results(recordingId);
    const finding = String(entities.find(({ text }) => text === 'lisinopril')?.['entity_id']);
    const { entity_id: entity, system, code } = codes[0] ?? {};
    const change = async (name: string, more: object) => {
      const { revision } = (await product.recording(recordingId)) ?? {};
      await rpc(name, { recording: recordingId, revision, token: randomUUID(), ...more });
    };
    await change('review_codes', { decisions: [{ entity, system, code, review: 'rejected' }] });
    await change('review_findings', { decisions: [{ finding, verdict: 'wrong', status: 'stopped' }] });
    await change('sign_consultation', {});
    const before = await stored();
    expect(before.reviews.length).toBe(1);

    const { body } = await ask({ sessionId, store: true });
    const again = await ask({ sessionId, store: true });
    expect([again.body.stored, body.recording]).toEqual([
      body.stored,
      { recordingId, revision: before.recording['revision'] },
    ]);
    expect(await stored()).toEqual(before);
    const rows = await kept();
    expect(rows).toMatchObject([{ id: body.stored, status: 'completed', entities: body.entities }]);
    expect(await rpc('read_extractions', { recording: recordingId })).toMatchObject([
      { id: body.stored, entities: body.entities, findings: body.findings },
    ]);
  });

  test('in another language is refused by name', async () => {
    const headers = bearer(tokenOf(uuidOf('in-spanish', 'provider')));
    const { status, body } = await ask({ sessionId: sessionOf('in-spanish') }, headers);
    expect([status, body.code]).toEqual([422, 'LanguageNotSupported']);
  });

  test('that has no results yet is not finished', async () => {
    const headers = await newcomer();
    const [[none] = []] = await product.sql(
      `select id from public.video_call_sessions where provider_id = '${subjectOf(headers)}'`,
    );
    expect((await ask({ sessionId: none }, headers)).body.code).toBe('NotFinished');
  });
});

function subjectOf({ authorization = '' }: Record<string, string>): string {
  const claims = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { sub: string }).sub;
}

test('a text has the entities that the workflow finds in the same words', async () => {
  const text = (await product.said(sessionId)) || '';
  const { body } = await ask({ text }, await newcomer());
  const places = ({ entities, engine, textSha256 }: Extraction['entities']) => [
    textSha256,
    engine,
    entities.map(({ id, text: said, type, score, codes, attributes }) => [id, said, type, score, codes, attributes]),
  ];
  const workflow = await product.entities(recordingId);
  expect(places(body.entities)).toEqual(workflow && places(workflow));
});

describe('who may', () => {
  const asked = { text: ngozi };
  const opened = { sessionId };
  type Headers = Record<string, string>;
  test.each<[who: string, body: object, status: number, code: string | undefined, () => Headers | Promise<Headers>]>([
    ['a provider', asked, 200, undefined, provider],
    ['a provider of Firebase', asked, 200, undefined, () => ofFirebase(firebaseUid)],
    [
      'a provider of Firebase, of a session, where the database takes no such tokens',
      { sessionId: sessionOf('in-spanish') },
      401,
      'ThirdPartyAuthMissing',
      () => ofFirebase(firebaseUid),
    ],
    ['a user of Firebase whom nobody knows', asked, 403, 'UnknownUser', () => ofFirebase('nobody')],
    ['a patient', asked, 403, 'OnlyTheProvider', () => bearer(tokenOf(uuidOf('asked-again', 'patient')))],
    ["the session's patient", opened, 403, 'OnlyTheProvider', () => bearer(tokenOf(uuidOf('asked-again', 'patient')))],
    ['another provider', opened, 403, 'OnlyTheProvider', () => bearer(tokenOf(uuidOf('in-spanish', 'provider')))],
    ['a provider, of no session', { sessionId: randomUUID() }, 403, 'OnlyTheProvider', provider],
    ['somebody whom the health record does not know', asked, 403, 'UnknownUser', () => bearer(tokenOf(randomUUID()))],
    ['nobody', asked, 401, 'InvalidToken', () => ({})],
    ['an anonymous user', asked, 401, 'InvalidToken', () => anonymous()],
    ['the public key', asked, 401, 'InvalidToken', () => bearer(product.stack.env['SUPABASE_ANON_KEY'] ?? '')],
    ['the service', asked, 401, 'InvalidToken', () => bearer(product.stack.env['SUPABASE_SERVICE_ROLE_KEY'] ?? '')],
    ['a provider whose token has expired', asked, 401, 'InvalidToken', () => expired()],
    [
      'a provider with a bad token of Firebase beside her own',
      asked,
      401,
      'InvalidToken',
      () => ({ ...provider(), 'x-firebase-token': 'x.y.z' }),
    ],
  ])('%s: %o: %i', async (_, body, status, code, headers) => {
    const count = product.countCalls();
    const answer = await ask(body, await headers());
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(count(/^(?:Detect|Infer)/) > 0).toBe(status === 200);
  });
  const anonymous = () => bearer(tokenOf(uuidOf('asked-again', 'provider'), { is_anonymous: true }));
  const expired = () => bearer(tokenOf(uuidOf('asked-again', 'provider'), { exp: seconds() - 100 }));
});

describe('refused, and never sent to Comprehend Medical', () => {
  test.each<[what: string, body: unknown, status: number, code: string]>([
    ['a body that is no JSON', '{', 400, 'InvalidRequest'],
    ['an empty text', { text: '' }, 400, 'InvalidRequest'],
    ['white space', { text: ' \n ' }, 400, 'InvalidRequest'],
    ['half a character', `{"text": "${ngozi}\\ud83d"}`, 400, 'InvalidRequest'],
    ['a zero', `{"text": "${ngozi}\\u0000"}`, 400, 'InvalidRequest'],
    ['a text to be kept', { text: ngozi, store: true }, 400, 'InvalidRequest'],
    ['20,001 characters', { text: ngozi.padEnd(20_001, 'a') }, 413, 'TextTooLong'],
    ['256 KB', { text: 'a'.repeat(256 * 1024) }, 413, 'PayloadTooLarge'],
    ['Portuguese', { text: ngozi, language: 'pt-BR' }, 422, 'LanguageNotSupported'],
  ])('%s', async (_, body, status, code) => {
    const count = product.countCalls();
    const answer = await ask(body);
    expect([answer.status, answer.body.code, count(/^(?:Detect|Infer)/)]).toEqual([status, code, 0]);
    expect(answer.body.error).not.toMatch(/Ngozi|metformin/);
  });
});

test('20,000 emoji are 20,000 characters, however JSON writes them', async () => {
  const text = '😀'.repeat(20_000);
  const escaped = `{"text": "${'\\ud83d\\ude00'.repeat(20_000)}"}`;
  for (const body of [{ text }, escaped]) {
    const answer = await ask(body, await newcomer());
    expect([answer.status, answer.body.limits.used, answer.body.coverage.complete]).toEqual([200, 20_000, true]);
  }
});

describe('a provider has 100,000 characters a day', () => {
  test('and no more by asking twice at once', async () => {
    const someone = await newcomer(70_000);
    const long = { text: `${ngozi}\n`.repeat(400).slice(0, 20_000) };
    const answers = await Promise.all([ask(long, someone), ask(long, someone)]);
    const [granted, refused] = answers.toSorted((a, b) => a.status - b.status);
    expect([granted?.status, refused?.status]).toEqual([200, 429]);
    expect(granted?.body.limits).toMatchObject({ charactersPerDay: 100_000, used: 90_000, left: 10_000 });
    expect(refused?.body.code).toBe('TooManyRequests');
    const wait = Number(refused?.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(2);
    expect(wait).toBeLessThanOrEqual(86_400);
    // What is left may be used up.
    expect((await ask({ text: long.text.slice(0, 10_000) }, someone)).body.limits.left).toBe(0);
    expect((await ask({ text: 'a' }, someone)).status).toBe(429);
  });
});

describe('while Comprehend Medical fails', () => {
  const fail = (operation: string, error: string, times = Infinity) =>
    product.stack.faults.add({ target: 'ComprehendMedical_20181030', operation, error, times });

  test('for a moment, it is asked again', async () => {
    fail('DetectEntitiesV2', 'TooManyRequestsException', 3);
    const { body } = await ask({ text: ngozi }, await newcomer());
    expect([body.status, body.coverage.failed]).toEqual(['completed', 0]);
  });

  test('for one operation, that is a gap by name, and the rest is answered and kept', async () => {
    fail('InferRxNorm', 'InvalidRequestException');
    const { status, body } = await ask({ sessionId, store: true });
    expect([status, body.status]).toEqual([200, 'partial']);
    expect(body.coverage.failed).toBeGreaterThan(0);
    for (const gap of body.coverage.gaps) {
      expect(gap).toMatchObject({ operation: 'InferRxNorm', error: 'InvalidRequestException' });
    }
    expect(new Set((await kept()).map((row) => row['status']))).toEqual(new Set(['completed', 'partial']));
  });

  test('for everything, somebody is told to ask again, and nothing was counted', async () => {
    const someone = await newcomer();
    for (const operation of ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'])
      fail(operation, 'AccessDeniedException');
    const { status, body, headers } = await ask({ text: ngozi }, someone);
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'ServiceUnavailable', '2']);
    product.stack.faults.clear();
    expect((await ask({ text: ngozi }, someone)).body.limits.used).toBe(ngozi.length);
  });
});

test('a browser may ask from anywhere', async () => {
  const url = `${product.stack.env['SUPABASE_URL']}/functions/v1/chime-entity-extraction`;
  const { status, headers } = await fetch(url, { method: 'OPTIONS' });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(headers.get('access-control-allow-headers')).toContain('x-firebase-token');
});

test('nothing of what was read is in a log', () => {
  const own = product.log.filter((line) => line.includes('"function":"chime-entity-extraction"'));
  expect(own.length).toBeGreaterThan(40);
  expect(own.filter((line) => line.includes('ComprehendUnits')).length).toBeGreaterThan(5);
  expect(leaks(`${ngozi} ${lines.join(' ')}`, product.log.join('\n'))).toEqual([]);
  expect(product.log.filter((line) => /Ngozi|metformin|lisinopril/.test(line))).toEqual([]);
});
