import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SessionRow, type Texts, toFhir } from '../../local/replay/fhir.ts';
import type { Run } from '../../local/replay/runCase.ts';
import { uuidOf } from '../../local/replay/session.ts';
import { realClock } from '../../local/services/clock.ts';
import { issueLink } from '../../pipeline/api/reading/issueLink.ts';
import { toDoor } from '../../pipeline/edge/http.ts';
import { toRecords } from '../../pipeline/edge/postgrest.ts';
import { firebaseKeysUrl, toCallers } from '../../pipeline/edge/tokens.ts';
import { refusals } from '../../pipeline/refusals.ts';
import { Addresses, at, firebaseProject, now, ofFirebaseUser, Signer } from '../pipeline/edge/signedTokens.ts';
import { Wire } from '../local/services/supabase/wire.ts';
import { checkAnswer } from './answers.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, sessionOf, visit } from './visits.ts';

let product: TestStack;
/** By the name of the case. */
const ids = new Map<string, string>();
let collected: Run['collected'];
/** How far the stack's time is ahead of the machine's, in milliseconds. */
let ahead = 0;
/** The paths of every request to PostgREST. */
const asked: string[] = [];

/** Names that a client may have chosen; S3 encodes each of them in its own way. */
const oddNames = ['a b+c.mp4', 'Müller & Söhne (2).mp4', "100%25 ~!*'.mp4", '日本語.wav'];

beforeAll(async () => {
  const clock = { ...realClock(), now: () => Date.now() + ahead };
  product = await TestStack.start({ clock, onRequest: (method, path) => asked.push(`${method} ${path}`) });
  const hers = await product.run(visit('hers'));
  collected = hers.collected;
  ids.set('hers', hers.outcome.recordingId);
  for (const given of [
    visit('not-hers'),
    visit('skipped', { session: { session: { transcription_enabled: false } } }),
  ]) {
    ids.set(given.name, (await product.run(given)).outcome.recordingId);
  }
  for (const [n, name] of oddNames.entries()) {
    const key = `recordings/${meetingOf(`odd-${n}`)}/${name}`;
    const given = visit(`odd-${n}`, { session: { recording: { key } } });
    ids.set(name, (await product.run(given)).outcome.recordingId);
  }
});
afterAll(() => product.stop());

/** A token of somebody of a case, as Supabase signs it. */
const tokenOf = (name: string, who: string, more: JWTPayload = {}) => {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { role: 'authenticated', sub: uuidOf(name, who), iat: seconds - 10, exp: seconds + 3_600, ...more };
  return product.stack.signJwt(claims);
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const response = await fetch(`${product.stack.env['API_URL']}${path}`, { method, headers });
  if (response.ok && method === 'GET') {
    checkAnswer({ method, path, asked: {}, status: response.status, body: await response.clone().json() });
  }
  return response;
}
const linkOf = (name: string) => `/recordings/${ids.get(name)}/link`;

async function issued(name: string, of = name): Promise<{ url: string; expiresAt: string; contentType: string }> {
  const response = await ask(linkOf(name), bearer(tokenOf(of, 'provider')));
  expect(response.status).toBe(200);
  return (await response.json()) as { url: string; expiresAt: string; contentType: string };
}

/** The bytes of a recording as S3 has them. */
async function bytesOf(name: string): Promise<Uint8Array> {
  const { bucket, key, versionId } = (await product.inputOf(ids.get(name) ?? '')).recording;
  const address = { Bucket: bucket, Key: key, VersionId: versionId };
  const { Body } = await product.deployment.clients.s3.send(new GetObjectCommand(address));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

describe('the link', () => {
  test('plays the recording to its provider, in one piece or in ranges', async () => {
    const { url, contentType } = await issued('hers');
    const bytes = await bytesOf('hers');
    const whole = await fetch(url);
    expect([whole.status, await whole.bytes()]).toEqual([200, bytes]);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': contentType,
      'content-disposition': 'inline',
      'cache-control': 'private, no-store',
      'accept-ranges': 'bytes',
    });
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(await part.bytes()).toEqual(bytes.slice(10, 20));
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(403);
  });

  test('ends after five minutes, and says so beforehand', async () => {
    const { url, expiresAt } = await issued('hers');
    const left = Date.parse(expiresAt) - Date.now();
    expect(left).toBeLessThanOrEqual(300_000);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('300');
    ahead = 302_000;
    const late = await fetch(url);
    ahead = 0;
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  });

  test('is of this recording and of no other', async () => {
    const { url } = await issued('hers');
    for (const [from, to] of [
      [meetingOf('hers'), meetingOf('not-hers')],
      [/versionId=\w+/, 'versionId=other'],
      [/&versionId=\w+/, ''],
    ] as const) {
      const changed = url.replace(from, to);
      expect(changed).not.toBe(url);
      expect((await fetch(changed)).status).toBe(403);
    }
  });

  test.each(oddNames)('finds %j', async (name) => {
    const { url } = await issued(name, `odd-${oddNames.indexOf(name)}`);
    expect(await (await fetch(url)).bytes()).toEqual(await bytesOf(name));
  });
});

describe('the FHIR document', () => {
  const documentOf = (name: string, who = 'provider', of = name) =>
    ask(`/recordings/${ids.get(name)}/fhir`, bearer(tokenOf(of, who)));

  test('has the bytes that are made of the files, as long as nobody has reviewed them', async () => {
    const response = await documentOf('hers');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/fhir+json']);
    const [row] = await product.rows('video_call_sessions', 'id', sessionOf('hers'));
    const stored = {
      base: product.stack.env['API_URL'] ?? '',
      at: String((await product.recording(ids.get('hers') ?? ''))?.['stored_at']),
    };
    const { transcript, consultation } = collected;
    const texts = { transcript, entities: await product.entities(ids.get('hers') ?? ''), consultation };
    const files = Object.fromEntries(
      Object.entries(texts).map(([name, document]) => [`${name}.json`, JSON.stringify(document)]),
    );
    expect(await response.text()).toBe(toFhir(files as Texts, row as unknown as SessionRow, stored));
  });

  test('of a recording without results is none', async () => {
    const response = await documentOf('skipped');
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'NotFinished' }]);
  });

  test.each([
    ['the patient', 'patient', 'hers'],
    ['another provider', 'provider', 'not-hers'],
  ])('is not for %s', async (_, who, of) => {
    const response = await documentOf('hers', who, of);
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'OnlyTheProvider' }]);
  });
});

test('whatever was handed out is written down, and what was refused is not', async () => {
  const { wire } = await Wire.open(product.stack.env['SUPABASE_DB_URL'] ?? '');
  const { rows: before } = await wire.query('select count(*) from public.access_log');
  await ask(linkOf('not-hers'), bearer(tokenOf('hers', 'provider')));
  await ask(linkOf('not-hers'), bearer(tokenOf('not-hers', 'provider')));
  await ask(`/recordings/${ids.get('not-hers')}/fhir`, bearer(tokenOf('not-hers', 'provider')));
  const after = await wire.query('select action, user_id, recording_id from public.access_log order by id');
  const audited = await wire.query(
    `select action, actor from pipeline.audit_outbox where recording_id = '${ids.get('not-hers')}'`,
  );
  await wire.close();
  const provider = uuidOf('not-hers', 'provider');
  expect(after.rows.slice(Number(before[0]?.[0]))).toEqual(
    ['link', 'opened', 'fhir'].map((action) => [action, provider, ids.get('not-hers')]),
  );
  expect(audited.rows).toEqual([['LINK_ISSUED', provider]]);
});

describe('nobody else gets one:', () => {
  const nobody: readonly (readonly [string, () => Record<string, string>, number, string])[] = [
    ['without a token', () => ({}), 401, 'InvalidToken'],
    ['with the public key', () => bearer(product.stack.signJwt({ role: 'anon' })), 401, 'InvalidToken'],
    ['with the service key', () => bearer(product.stack.env['SUPABASE_SERVICE_ROLE_KEY'] ?? ''), 401, 'InvalidToken'],
    ['an anonymous user', () => bearer(tokenOf('hers', 'provider', { is_anonymous: true })), 401, 'InvalidToken'],
    ['with an expired token', () => bearer(tokenOf('hers', 'provider', { exp: 1 })), 401, 'InvalidToken'],
    [
      'of another issuer',
      () => bearer(tokenOf('hers', 'provider', { iss: 'https://other/auth/v1' })),
      401,
      'InvalidToken',
    ],
    [
      'with a token of Firebase that is none',
      () => ({ ...bearer(tokenOf('hers', 'provider')), 'x-firebase-token': 'a.b.c' }),
      401,
      'InvalidToken',
    ],
    ['the patient', () => bearer(tokenOf('hers', 'patient')), 403, 'OnlyTheProvider'],
    ['the provider of another consultation', () => bearer(tokenOf('not-hers', 'provider')), 403, 'OnlyTheProvider'],
    ['a stranger', () => bearer(tokenOf('hers', 'stranger')), 403, 'OnlyTheProvider'],
  ];
  test.each(nobody)('%s', async (_, headers, status, code) => {
    const response = await ask(linkOf('hers'), headers());
    expect([response.status, await response.json()]).toMatchObject([
      status,
      { code, error: expect.any(String) as string },
    ]);
  });

  test("somebody else's recording and one that does not exist are one answer", async () => {
    const unknown = `/recordings/rec-${'0'.repeat(32)}/link`;
    const answers = await Promise.all(
      [linkOf('not-hers'), unknown].map(async (path) => {
        const response = await ask(path, bearer(tokenOf('hers', 'provider')));
        return [response.status, await response.text(), response.headers.get('content-type')];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(403);
  });

  test('a user of Firebase whom the database does not know is told what lacks', async () => {
    const google = await Signer.make('g1', 'RS256');
    const addresses = new Addresses();
    addresses.keys.set(firebaseKeysUrl, [google]);
    const { SUPABASE_URL: url = '', SUPABASE_ANON_KEY: apiKey = '' } = product.stack.env;
    const supabase = { issuer: `${url}/auth/v1`, keysUrl: `${url}/keys`, readSecret: async () => undefined };
    const door = toDoor([{ method: 'GET', path: '/recordings/{id}/link', route: issueLink }], {
      callers: toCallers({ supabase, firebaseProject }, { fetch: addresses.fetch, now: () => now }),
      records: toRecords({ url, apiKey, limitMs: 60_000 }),
      links: { issue: () => Promise.reject(new Error('nobody gets a link')) },
      log: () => {},
      now: () => now,
    });
    const token = await google.sign(ofFirebaseUser({ exp: at(3_600) }));
    const response = await door(
      new Request(`https://api${linkOf('hers')}`, { headers: { 'x-firebase-token': token } }),
    );
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      401,
      'ThirdPartyAuthMissing',
    ]);
  });
});

describe('what is no id', () => {
  test.each([
    ['a way up', '..%2f..%2fetc%2fpasswd'],
    ['two dots', '%2e%2e'],
    ['a zero', `rec-${'0'.repeat(32)}%00`],
    ['a thousand characters', 'a'.repeat(1_000)],
    ['half a character', '%ff'],
    ['an end of a line', `rec-${'0'.repeat(32)}%0aX: y`],
    ['SQL', "x'%20or%20true--"],
    ['markup', '%3Cscript%3E'],
  ])('%s asks the database for nothing', async (_, id) => {
    asked.length = 0;
    const response = await ask(`/recordings/${id}/link`, bearer(tokenOf('hers', 'provider')));
    const body = await response.text();
    expect([403, 404]).toContain(response.status);
    expect(body).toMatch(/^\{"(?:error|message)":"[\w .,:]+"/);
    expect(asked).toEqual([]);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/recordings'],
    ['GET', '/recordings/x'],
    ['POST', '/recordings/x/link'],
    ['DELETE', '/recordings/x/link'],
  ])('%s %s is no route', async (method, path) => {
    expect((await ask(path, bearer(tokenOf('hers', 'provider')), method)).status).toBe(404);
  });
});

describe('a page of another origin', () => {
  const origin = 'https://clinic.example.org';

  test('may ask with a token of either kind', async () => {
    const names = 'authorization,x-firebase-token';
    const headers = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': names };
    const response = await ask(linkOf('hers'), headers, 'OPTIONS');
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  test('reads answers and refusals, which are kept nowhere', async () => {
    for (const headers of [bearer(tokenOf('hers', 'provider')), {}]) {
      const response = await ask(linkOf('hers'), { origin, ...headers });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });
});

test('while Supabase is away, people are asked to come back', async () => {
  product.stack.faults.addOutage({ target: 'supabase', until: Number.POSITIVE_INFINITY });
  const response = await ask(linkOf('hers'), bearer(tokenOf('hers', 'provider')));
  product.stack.faults.clear();
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
});

test('the log says what was answered, and neither whose it was nor with what', () => {
  const lines = product.log.filter((line) => line.includes('"step":"reading"'));
  const codes = new Set(lines.map((line) => (JSON.parse(line) as { code?: string }).code));
  expect(codes).toEqual(
    new Set([undefined, 'InvalidToken', 'NotFinished', 'OnlyTheProvider', 'RouteNotFound', 'ServiceUnavailable']),
  );
  const text = lines.join('\n');
  expect(text).toContain('"route":"/recordings/{id}/link","status":200');
  for (const secret of [uuidOf('hers', 'provider'), ids.get('hers') ?? '', 'X-Amz-', 'eyJ'])
    expect(text).not.toContain(secret);
});

// The last one: what it takes is missing to whoever comes after.
test('a flood is slowed down', async () => {
  const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await ask(linkOf('hers'))).status));
  expect(new Set(statuses)).toEqual(new Set([refusals.InvalidToken[0], refusals.TooManyRequests[0]]));
});
