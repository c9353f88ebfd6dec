import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPostgrest } from '../../../../local/services/supabase/postgrest.ts';
import { patient, provider, session, StandingClock, stranger, TestServer } from './server.ts';

const now = new StandingClock().now();

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(() => server.close());

describe('a page of another origin', () => {
  const preflight = (url: string, origin: string) =>
    fetch(`${url}/rest/v1/things`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  test('may read what it has a token for, as on Supabase', async () => {
    const { status, headers } = await preflight(server.rest.url, 'https://any.example');
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
  });

  test('may not, where only others are allowed', async () => {
    const own = 'https://own.example';
    const options = { db: server.database.db, jwtSecret: 'another secret', clock: server.clock, allowedOrigins: [own] };
    const rest = await startPostgrest(options);
    const asked = [own, 'https://any.example', 'null'].map((origin) => preflight(rest.url, origin));
    const allowed = (await Promise.all(asked)).map(({ headers }) => headers.get('access-control-allow-origin'));
    await rest.close();
    expect(allowed).toEqual([own, null, null]);
  });
});

describe('who asks', () => {
  test('the owner of a row sees it', async () => {
    const { data, error } = await server.user(provider).from('video_call_sessions').select('id');
    expect([data, error]).toEqual([[{ id: session }], null]);
  });

  test('somebody else does not', async () => {
    const { data, status } = await server.user(stranger).from('video_call_sessions').select('id');
    expect([data, status]).toEqual([[], 200]);
  });

  test('anon has no grant: 401', async () => {
    const anon = createClient(server.rest.url, server.rest.signJwt({ role: 'anon' }));
    const { status, error } = await anon.from('video_call_sessions').select();
    expect([status, error?.code]).toEqual([401, '42501']);
  });

  test('a token without a role is anon', async () => {
    const { status, error } = await server
      .as(server.rest.signJwt({ sub: provider }))
      .from('video_call_sessions')
      .select();
    expect([status, error?.code]).toEqual([401, '42501']);
  });

  test('the owner may not write: 403', async () => {
    const { status, error } = await server.user(provider).from('video_call_sessions').insert({ provider_id: provider });
    expect([status, error?.code]).toEqual([403, '42501']);
  });

  test('an RPC that was revoked: 403', async () => {
    const { status, error } = await server.user(provider).rpc('record_status', { p: {} });
    expect([status, error?.code]).toEqual([403, '42501']);
  });

  test.each<[string, () => string]>([
    ['forged', () => `${server.rest.signJwt({ role: 'service_role' }).split('.').slice(0, 2).join('.')}.forged`],
    ['signed with another secret', () => otherSecret({ alg: 'HS256' })],
    ['unsigned', () => otherSecret({ alg: 'none' })],
    ['no JWT at all', () => 'token'],
    ['expired', () => server.rest.signJwt({ role: 'service_role', exp: now / 1000 - 60 })],
    ['not yet valid', () => server.rest.signJwt({ role: 'service_role', nbf: now / 1000 + 60 })],
  ])('a token that is %s: 401 PGRST301', async (_, token) => {
    const { status, error } = await server.as(token()).from('things').select();
    expect([status, error?.code]).toEqual([401, 'PGRST301']);
    const asKey = await createClient(server.rest.url, token()).from('things').select();
    expect([asKey.status, asKey.error?.code]).toEqual([401, 'PGRST301']);
  });

  test('a token that runs out within the leeway still counts', async () => {
    const { status } = await server
      .as(server.rest.signJwt({ role: 'service_role', exp: now / 1000 - 10 }))
      .from('things')
      .select();
    expect(status).toBe(200);
  });

  test('a role that is none of the API’s is refused, above all the owner', async () => {
    const { status, error } = await server
      .as(server.rest.signJwt({ role: 'postgres' }))
      .from('things')
      .select();
    expect([status, error?.code]).toEqual([403, '42501']);
  });

  test('without a key: 401, also with a good token', async () => {
    const bare = await fetch(`${server.rest.url}/rest/v1/things`);
    const token = { authorization: `Bearer ${server.rest.serviceRoleKey}` };
    const keyless = await fetch(`${server.rest.url}/rest/v1/things`, { headers: token });
    expect([bare.status, keyless.status]).toEqual([401, 401]);
  });

  test('a secret key that is no JWT acts as service_role, another is refused', async () => {
    const serviceRoleKey = 'sb_secret_of_the_test';
    const other = await startPostgrest({ db: server.database.db, jwtSecret: 's', serviceRoleKey, clock: server.clock });
    const good = await createClient(other.url, serviceRoleKey).from('things').select('id');
    const bad = await createClient(other.url, 'sb_secret_other').from('things').select('id');
    await other.close();
    expect(good.data).toHaveLength(3);
    expect([bad.status, bad.error?.message]).toEqual([401, 'Invalid API key']);
  });

  test('while the service is away: 503, for the calls that it is away for', async () => {
    const { database, clock } = server;
    const isAway = (operation: string) => operation === 'POST /rest/v1/rpc/none';
    const away = await startPostgrest({ db: database.db, jwtSecret: 's', clock, isAway });
    const service = createClient(away.url, away.serviceRoleKey);
    const [call, read] = [await service.rpc('none'), await service.from('things').select('id')];
    await away.close();
    expect([call.status, read.status]).toEqual([503, 200]);
  });

  test('role and claims end with the request', async () => {
    await server.user(provider).from('things').select();
    const { rows } = await server.database.db.query(
      `select current_user <> 'authenticated' as back, nullif(current_setting('request.jwt.claims', true), '') as claims`,
    );
    expect(rows).toEqual([{ back: true, claims: null }]);
  });
});

function otherSecret(header: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part({ role: 'service_role' })}.${Buffer.from('x'.repeat(32)).toString('base64url')}`;
}

test('requests at the same time are answered one after the other, each as its own caller, and the clock waits', async () => {
  server.clock.asked = 0;
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, n) => {
      const client = n % 3 === 0 ? server.service : server.user(n % 3 === 1 ? provider : stranger);
      return (await client.from('video_call_sessions').select('id')).data?.length;
    }),
  );
  expect(answers).toEqual(Array.from({ length: 30 }, (_, n) => (n % 3 === 2 ? 0 : 1)));
  expect(server.clock).toMatchObject({ asked: 30, underWay: 0 });
});

test('from the pipeline’s results to the patient’s eyes', async () => {
  const recording = { recording_id: 'rec-1', session_id: session, bucket: 'b', key: 'k', version_id: null };
  const said = 'My head 🤕 hurts';
  const results = {
    recording: {
      ...recording,
      status: 'completed',
      duration_ms: 61_500,
      language: 'en-US',
      engine: 'transcribe-medical',
      transcript_key: null,
      results_key: null,
      usage: null,
      summary: { problems: [] },
      findings: [],
    },
    turns: [
      {
        index: 0,
        speaker: 'a',
        role: 'patient',
        start_ms: 40,
        end_ms: 1900,
        begin: 0,
        end: 15,
        text: said,
        confidence: 1,
      },
    ],
    entities: [],
    codes: [],
  };
  const { service } = server;
  expect(await service.rpc('record_status', { p: { ...recording, status: 'received' } })).toMatchObject({
    status: 204,
  });
  expect(await service.rpc('record_results', { p: results })).toMatchObject({ status: 204, error: null });
  const refused = await service.rpc('record_results', { p: { ...results, turns: [{ text: said }] } });
  expect(refused).toMatchObject({ status: 400, error: { code: '22023' } });
  expect(JSON.stringify(refused.error)).not.toContain('head');

  const call = (sub: string, rpc: string, more: object = {}) =>
    server.user(sub).rpc(rpc, { recording: 'rec-1', ...more });
  expect(await call(provider, 'open_consultation')).toMatchObject({ data: { turns: [{ text: said, words: [] }] } });
  expect(await call(patient, 'open_consultation')).toMatchObject({ status: 403, error: { code: '42501' } });
  const release = { revision: 1, token: crypto.randomUUID() };
  expect(await call(patient, 'release_results', release)).toMatchObject({ status: 403 });
  expect(await call(patient, 'read_released')).toMatchObject({ status: 404, error: { code: 'PT404' } });
  // The detail of the database's error comes as PostgREST gives it: text, under `details`.
  const stale = await call(provider, 'release_results', { ...release, revision: 7 });
  expect(stale).toMatchObject({ status: 409, error: { code: 'PT409', details: '{"revision": 1}', hint: null } });
  expect(await call(provider, 'release_results', release)).toMatchObject({ status: 200, data: { revision: 1 } });
  expect(await call(patient, 'read_released')).toMatchObject({ data: { schema: 'medzen.released/1', revision: 1 } });
  expect(await call(stranger, 'read_released')).toMatchObject({ status: 403 });
});
