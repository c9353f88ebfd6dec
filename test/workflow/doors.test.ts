import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { realClock } from '../../local/services/clock.ts';
import { firebaseKeysUrl } from '../../pipeline/edge/tokens.ts';
import { bySecret, firebaseProject, ofFirebaseUser, ofUser, Signer, unsigned } from '../pipeline/edge/signedTokens.ts';
import { googleKeys } from './googleKeys.ts';
import { TestStack } from './testStack.ts';

/** A request, but for where it is sent. */
interface Asked {
  method?: string;
  /** Behind the route's own. */
  more?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** An answer as far as the product gives it, to the byte. */
interface Answered {
  status: number;
  headers: Record<string, string>;
  body: string;
}

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

const provider = randomUUID();
const patient = randomUUID();
const stranger = randomUUID();
const appointment = randomUUID();
const cancelled = randomUUID();
const firebaseUid = 'Vq2nR5uYb1PqS0cK8d3f';
const own = /^(?:access-control-|cache-control$|content-type$|retry-after$|vary$|x-content-type-options$)/;
const env = { FIREBASE_PROJECT_ID: firebaseProject };

let product: TestStack;
let google: Signer;
let handler: Handler;
const lines: string[] = [];

beforeAll(async () => {
  google = await Signer.make('google-1', 'RS256');
  product = await TestStack.start({
    // A meeting in which nobody is must not end while the requests are made.
    clock: realClock(),
    onLog: (line) => lines.push(line),
    edge: { runtime: 'deno', preload: [googleKeys(google)], env },
  });
  await product.sql(`
    insert into public.users (id, firebase_uid)
      values ('${provider}', null), ('${patient}', '${firebaseUid}'), ('${stranger}', null);
    insert into public.appointments (id, provider_id, patient_id, status, video_enabled)
      values ('${appointment}', '${provider}', '${patient}', 'scheduled', true),
        ('${cancelled}', '${provider}', '${patient}', 'cancelled', true);
    insert into pipeline.settings values ('requests_a_minute', '100000')`);
  handler = await openLambda();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await product.stop();
});

/** The function `meetings`, in the environment that the deployment gives it. */
async function openLambda(): Promise<Handler> {
  const { stack } = product;
  const deployed = stack.deployment.functions.find(({ name }) => name === 'meetings')?.environment ?? {};
  const filled = Object.entries({ ...stack.env, ...deployed, ...env, POWERTOOLS_DEV: 'true' });
  // It is to find its secrets where it finds them on AWS.
  vi.stubEnv('SUPABASE_SERVICE_ROLE_KEY', undefined);
  for (const [name, value] of filled) {
    if (value !== '' && name !== 'SUPABASE_SERVICE_ROLE_KEY') vi.stubEnv(name, value);
  }
  for (const level of ['info', 'warn', 'error', 'log'] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  }
  const { fetch } = globalThis;
  const answered: typeof fetch = async (input, init) =>
    input === firebaseKeysUrl ? Response.json({ keys: [google.jwk] }) : fetch(input, init);
  vi.stubGlobal('fetch', answered);
  // Another test may have loaded it with another environment.
  vi.resetModules();
  return ((await import('../../pipeline/api/meetings/lambda.ts')) as { handler: Handler }).handler;
}

async function throughLambda({ method = 'POST', more = '', headers = {}, body }: Asked): Promise<Answered> {
  const http = { method, path: `/meetings${more}`, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
  const event = {
    rawPath: `/meetings${more}`,
    rawQueryString: '',
    headers,
    requestContext: { domainName: 'api.example.org', http },
    isBase64Encoded: false,
    ...(body !== undefined && { body }),
  } as APIGatewayProxyEventV2;
  const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 } as Context;
  const { statusCode = 0, headers: given = {}, body: text = '' } = await handler(event, context);
  return { status: statusCode, headers: ours(Object.entries(given)), body: text };
}

async function throughDeno({ method = 'POST', more = '', headers = {}, body }: Asked): Promise<Answered> {
  const url = `${product.stack.env['SUPABASE_URL']}/functions/v1/chime-meeting-token${more}`;
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, headers: ours([...response.headers]), body: await response.text() };
}

const ours = (headers: Iterable<[string, unknown]>) =>
  Object.fromEntries([...headers].filter(([name]) => own.test(name)).map(([name, value]) => [name, String(value)]));

/** The answer that both doors give. */
async function both(asked: Asked): Promise<Answered> {
  const lambda = await throughLambda(asked);
  const deno = await throughDeno(asked);
  expect(deno).toEqual(lambda);
  return deno;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
const seconds = () => Math.floor(Date.now() / 1000);
const times = () => ({ iat: seconds() - 60, exp: seconds() + 3_000 });
const issuerHere = () => `${product.stack.env['SUPABASE_URL']}/auth/v1`;
const tokenOf = (sub: string, more: object = {}) =>
  product.stack.signJwt({ role: 'authenticated', sub, ...times(), ...more });
const firebase = (more: object = {}, signer = google) =>
  signer.sign(ofFirebaseUser({ ...times(), auth_time: seconds() - 600, sub: firebaseUid, ...more }));
/** A token and headers in which it comes. */
const create = { action: 'create', appointmentId: appointment };
const post = (body: unknown, headers: Record<string, string> = bearer(tokenOf(provider))): Asked => ({
  body: JSON.stringify(body),
  headers,
});

test.each<[string, Asked, number]>([
  ['a question of a browser', { method: 'OPTIONS', headers: { origin: 'https://app.example.org' } }, 204],
  ['a question of a browser about nothing', { method: 'OPTIONS', more: '/more' }, 204],
  ['a GET', { method: 'GET' }, 405],
  ['a DELETE', { method: 'DELETE' }, 405],
  ['a PUT with a body', { method: 'PUT', body: '{}' }, 405],
  ['another path', { more: '/more' }, 404],
  ['a slash too many', { more: '/' }, 404],
  ['a path that is not encoded', { more: '/%ff' }, 404],
  ['nobody', { body: JSON.stringify(create) }, 401],
])('both doors answer %s alike', async (_, asked, status) => {
  const answered = await both(asked);
  expect([answered.status, answered.headers['access-control-allow-origin']]).toEqual([status, '*']);
});

describe('both doors take the same tokens', () => {
  test.each<[string, number, () => Record<string, string> | Promise<Record<string, string>>]>([
    ['of a user of Supabase', 200, () => bearer(tokenOf(provider))],
    ['of a user of Firebase', 200, async () => bearer(await firebase())],
    [
      'of a user of Firebase beside the public key',
      200,
      async () => ({ ...bearer(product.stack.env['SUPABASE_ANON_KEY'] ?? ''), 'x-firebase-token': await firebase() }),
    ],
    [
      'of Firebase that is bad, beside a good one of Supabase',
      401,
      () => ({ ...bearer(tokenOf(provider)), 'x-firebase-token': 'a.b.c' }),
    ],
    ['of Firebase that is bad, and nothing else', 401, () => ({ 'x-firebase-token': 'a.b.c' })],
    ['that is none', 401, () => bearer('nothing')],
    ['that has expired', 401, () => bearer(tokenOf(provider, { exp: seconds() - 100 }))],
    ['of another issuer', 401, () => bearer(tokenOf(provider, { iss: 'https://other.example.org/auth/v1' }))],
    ['for another audience', 401, () => bearer(tokenOf(provider, { aud: 'others' }))],
    ['of an anonymous user', 401, () => bearer(tokenOf(provider, { is_anonymous: true }))],
    ['that is the service role', 401, () => bearer(product.stack.env['SUPABASE_SERVICE_ROLE_KEY'] ?? '')],
    ['that nobody signed', 401, () => bearer(unsigned(ofUser({ ...times(), iss: issuerHere() })))],
    ['by another secret', 401, async () => bearer(await bySecret(ofUser({ ...times(), iss: issuerHere() })))],
    ['of Firebase by another key', 401, async () => bearer(await firebase({}, await Signer.make('google-1', 'RS256')))],
    ['of Firebase that began later', 401, async () => bearer(await firebase({ auth_time: seconds() + 600 }))],
    [
      'by a key of the project, while its keys cannot be had',
      503,
      async () => bearer(await (await Signer.make('a', 'ES256')).sign(ofUser({ ...times(), iss: issuerHere() }))),
    ],
    ['of a user without a row', 403, () => bearer(tokenOf(randomUUID()))],
    ['of a stranger', 403, () => bearer(tokenOf(stranger))],
  ])('%s: %i', async (_, status, headersOf) => {
    const { status: given, body } = await both(post(create, await headersOf()));
    expect([given, body]).toEqual([status, expect.any(String)]);
  });
});

describe('both doors refuse alike', () => {
  const padded = (length: number) => JSON.stringify({ ...create, padding: 'a'.repeat(length) });
  const length = padded(0).length;
  const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
  const other = randomUUID();

  test.each<[string, number, Asked | (() => Asked)]>([
    ['a body that is no JSON', 400, () => ({ body: '{"action":', headers: bearer(tokenOf(provider)) })],
    ['no body', 400, () => ({ headers: bearer(tokenOf(provider)) })],
    ['a list', 400, () => post([])],
    ['an unknown action', 400, () => post({ action: 'fly' })],
    ['an action without its field', 400, () => post({ action: 'create' })],
    ['64 KB and one byte', 413, () => ({ body: padded(64 * 1024 + 1 - length), headers: bearer(tokenOf(provider)) })],
    ['a megabyte', 413, () => ({ body: padded(1024 * 1024), headers: bearer(tokenOf(provider)) })],
    ['101 users', 400, () => post({ action: 'batch-join', meetingId: 'm', userIds: ids(101) })],
    ['a user twice', 400, () => post({ action: 'batch-join', meetingId: 'm', userIds: [other, other.toUpperCase()] })],
    ['an appointment that is no uuid', 404, () => post({ ...create, appointmentId: 'tomorrow' })],
    ['an appointment that is not there', 404, () => post({ ...create, appointmentId: randomUUID() })],
    ['an appointment that is off', 409, () => post({ ...create, appointmentId: cancelled })],
    ['a meeting that is not there', 404, () => post({ action: 'join', meetingId: randomUUID() })],
    ["a region that is not the tenant's", 422, () => post({ ...create, mediaRegion: 'us-east-1' })],
    ['a language that nobody transcribes', 422, () => post({ ...create, transcriptionLanguage: 'xx-XX' })],
  ])('%s: %i', async (_, status, asked) => {
    const answered = await both(typeof asked === 'function' ? asked() : asked);
    expect([answered.status, answered.body]).toEqual([status, expect.any(String)]);
  });

  test('64 KB are taken', async () => {
    const body = padded(64 * 1024 - length);
    expect((await both({ body, headers: bearer(tokenOf(provider)) })).status).toBe(200);
  });
});

test('a whole visit is the same through either door, and may change doors in the middle', async () => {
  const begun = await both(post(create));
  const { meeting, session } = JSON.parse(begun.body) as { meeting: { MeetingId: string }; session: { id: string } };
  expect(begun.status).toBe(200);
  const meetingId = meeting.MeetingId;
  const asPatient = bearer(await firebase());
  const joined = await both(post({ action: 'join', meetingId }, asPatient));
  expect(JSON.parse(joined.body)).toMatchObject({ meeting: { MeetingId: meetingId }, session: { id: session.id } });
  const steps: [object, Record<string, string>?][] = [
    [{ action: 'batch-join', meetingId, userIds: [stranger, randomUUID()] }],
    [{ action: 'admit', meetingId, userId: patient }],
    [{ action: 'mute', meetingId, userId: patient }],
    [{ action: 'mute', meetingId, userId: patient, muted: false }],
    [{ action: 'report', meetingId, kind: 'quality', values: { jitter: 12.5, network: 'wifi' } }, asPatient],
    [{ action: 'status', meetingId }, asPatient],
    [{ action: 'remove', meetingId, userId: stranger }],
  ];
  for (const [body, headers] of steps) expect([body, (await both(post(body, headers))).status]).toEqual([body, 200]);
  expect((await both(post({ action: 'end', meetingId }, asPatient))).status).toBe(403);
  expect((await both(post({ action: 'end', meetingId }))).status).toBe(200);
  expect((await both(post({ action: 'join', meetingId }))).status).toBe(409);
  const meetings = await product.sql(`select meeting_id from public.call_meetings where session_id = '${session.id}'`);
  expect(meetings).toEqual([[meetingId]]);
});

test('nothing of a token or a person is in either log', () => {
  expect(lines.filter((line) => line.includes('chime-meeting-token')).length).toBeGreaterThan(40);
  const secret = product.stack.env['SUPABASE_SERVICE_ROLE_KEY'] ?? '';
  expect(lines.filter((line) => line.includes('Bearer') || line.includes(secret) || line.includes('eyJ'))).toEqual([]);
  expect(lines.filter((line) => line.includes(firebaseUid))).toEqual([]);
});
