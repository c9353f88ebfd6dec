import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Postgrest, startPostgrest } from '../../../../local/services/supabase/postgrest.ts';
import { Clinic, patient, provider, session } from '../../../supabase/clinic.ts';

const start = Date.parse('2026-01-01T12:00:00Z');
const clock = {
  at: start,
  now: () => clock.at,
  sleep: () => Promise.reject(new Error('nothing here waits')),
  busy: <T>(work: Promise<T>) => work,
};

let clinic: Clinic;
let rest: Postgrest;
let failures: string[];
beforeAll(async () => {
  clinic = await Clinic.open({ hasRealtime: true });
  rest = await startPostgrest({
    db: clinic.db,
    jwtSecret: 'a secret of the test',
    clock,
    onFailure: (error) => failures.push(String(error)),
  });
});
afterAll(async () => {
  await rest.close();
  await clinic.db.close();
});

const stranger = '00000000-0000-4000-8000-00000000000e';
const hour = 3600;
const tokenOf = (sub: string, more: object = {}) =>
  rest.signJwt({ role: 'authenticated', sub, exp: start / 1000 + hour, ...more });

interface Frame {
  topic: string;
  event: string;
  payload: { status?: string; response?: { reason?: string }; [key: string]: unknown };
}

/** As little of a client as a test needs. */
class Client {
  readonly socket: WebSocket;
  frames: Frame[] = [];
  #refs = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => this.frames.push(JSON.parse(String(data)) as Frame));
  }

  /** Undefined where the connection is refused. */
  static async open(
    query = `apikey=${rest.signJwt({ role: 'anon' })}`,
    path = 'websocket',
  ): Promise<Client | undefined> {
    const socket = new WebSocket(`${rest.url.replace('http', 'ws')}/realtime/v1/${path}?${query}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('error', () => resolve(false));
    });
    return isOpen ? new Client(socket) : undefined;
  }

  send(event: string, payload: object, topic = `realtime:session:${session}`): void {
    this.#refs += 1;
    this.socket.send(JSON.stringify({ topic, event, payload, ref: `${this.#refs}`, join_ref: '1' }));
  }

  /** The next frame, in the order in which they came. */
  async next(): Promise<Frame> {
    while (this.frames.length === 0) await once(this.socket, 'message');
    return this.frames.shift() as Frame;
  }

  async join(token: unknown, topic?: string, config: object = {}): Promise<string> {
    const own = { private: true, broadcast: { ack: false, self: false }, presence: { enabled: false } };
    this.send('phx_join', { config: { ...own, postgres_changes: [], ...config }, access_token: token }, topic);
    const { payload } = await this.next();
    return payload.status === 'ok' ? 'ok' : (payload.response?.reason ?? '');
  }
}

let client: Client;
beforeEach(async () => {
  failures = [];
  clock.at = start;
  const opened = await Client.open();
  if (!opened) throw new Error('refused');
  client = opened;
});
afterEach(() => client.socket.close());

const say = (payload: object, topic = `session:${session}`, isPrivate = true) =>
  clinic.db.query('select realtime.send($1, $2, $3, $4)', [payload, 'recording', topic, isPrivate]);
const status = { recordingId: 'rec-1', status: 'completed', revision: 1 };

test('the provider of a session hears what the database sends, once it is committed', async () => {
  expect(await client.join(tokenOf(provider))).toBe('ok');
  await clinic.db
    .transaction(async (tx) => {
      await tx.query('select realtime.send($1, $2, $3)', [{ never: true }, 'recording', `session:${session}`]);
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await say({ elsewhere: true }, 'session:00000000-0000-4000-8000-000000000009');
  await say({ public: true }, `session:${session}`, false);
  await say(status);
  expect(await client.next()).toMatchObject({
    topic: `realtime:session:${session}`,
    event: 'broadcast',
    payload: { type: 'broadcast', event: 'recording', payload: status },
  });
  expect(client.frames).toEqual([]);
});

describe('the database says who may join', () => {
  const none = 'Unauthorized: You do not have permissions to read from this Channel topic: ';
  test.each([
    ['the patient, to the session', patient, `session:${session}`, `${none}session:${session}`],
    ['the patient, to what is released', patient, `released:${session}`, 'ok'],
    ['the provider, to what is released', provider, `released:${session}`, `${none}released:${session}`],
    ['somebody else', stranger, `session:${session}`, `${none}session:${session}`],
    ['a topic of nobody', provider, 'else', `${none}else`],
  ])('%s', async (_, sub, topic, answer) => {
    expect(await client.join(tokenOf(sub), `realtime:${topic}`)).toBe(answer);
    expect(failures).toHaveLength(answer === 'ok' ? 0 : 1);
  });
  test('whoever was refused hears nothing', async () => {
    await client.join(tokenOf(stranger));
    await say(status);
    client.send('heartbeat', {}, 'phoenix');
    expect(await client.next()).toMatchObject({ topic: 'phoenix', payload: { status: 'ok' } });
  });
});

describe('a token', () => {
  test.each([
    ['expired', () => tokenOf(provider, { exp: start / 1000 - 60 }), /^InvalidJWTToken: .*expired/],
    ['of another secret', () => `${tokenOf(provider).slice(0, -6)}abcdef`, /^JwtSignatureError/],
    ['that is none', () => 'token', /^MalformedJWT/],
    ['without an end', () => rest.signJwt({ role: 'authenticated', sub: provider }), /^InvalidJWTToken: Fields/],
    ['that is missing', () => undefined, /^NotImplemented/],
  ])('%s is refused', async (_, token, reason) => expect(await client.join(token())).toMatch(reason));

  test('that ends ends the channel', async () => {
    await client.join(tokenOf(provider));
    clock.at += 2 * hour * 1000;
    await say(status);
    expect(await client.next()).toMatchObject({ event: 'system', payload: { message: 'Token has expired' } });
    expect(await client.next()).toMatchObject({ event: 'phx_close' });
    await say(status);
    client.send('heartbeat', {}, 'phoenix');
    expect(await client.next()).toMatchObject({ topic: 'phoenix' });
  });
  test('that is renewed keeps the channel', async () => {
    await client.join(tokenOf(provider));
    client.send('access_token', { access_token: tokenOf(provider, { exp: start / 1000 + 3 * hour }) });
    client.send('heartbeat', {}, 'phoenix');
    await client.next();
    clock.at += 2 * hour * 1000;
    await say(status);
    expect(await client.next()).toMatchObject({ event: 'broadcast' });
  });
  test('of somebody else ends the channel', async () => {
    await client.join(tokenOf(provider));
    client.send('access_token', { access_token: tokenOf(stranger) });
    expect(await client.next()).toMatchObject({ event: 'system', payload: { status: 'error' } });
    expect(await client.next()).toMatchObject({ event: 'phx_close' });
  });
});

describe('what the stand-in does not do is refused by name', () => {
  const own = () => tokenOf(provider);
  test.each<[string, object, RegExp]>([
    ['public topics', { private: false }, /not private/],
    ['presence', { presence: { enabled: true } }, /"enabled"/],
    ['acknowledgements', { broadcast: { ack: true } }, /"ack"/],
    ['changes of tables', { postgres_changes: [{ event: '*' }] }, /postgres_changes/],
  ])('%s', async (_, config, reason) => expect(await client.join(own(), undefined, config)).toMatch(reason));

  test('sending', async () => {
    await client.join(own());
    client.send('broadcast', { type: 'broadcast', event: 'recording', payload: {} });
    expect((await client.next()).payload.response?.reason).toMatch(/the event broadcast/);
    expect(failures).toHaveLength(1);
  });
  test.each([
    ['another version of the frames', () => `apikey=${rest.serviceRoleKey}&vsn=2.0.0`],
    ['no key', () => ''],
    ['a wrong key', () => 'apikey=key'],
  ])('%s', async (_, query) => {
    expect(await Client.open(query())).toBeUndefined();
    expect(failures).not.toEqual([]);
  });
  test('another address', async () => expect(await Client.open(undefined, 'api')).toBeUndefined());
});

test('leaving ends what is heard', async () => {
  await client.join(tokenOf(provider));
  client.send('phx_leave', {});
  expect(await client.next()).toMatchObject({ event: 'phx_reply' });
  expect(await client.next()).toMatchObject({ event: 'phx_close' });
  await say(status);
  client.send('heartbeat', {}, 'phoenix');
  expect(await client.next()).toMatchObject({ topic: 'phoenix' });
});
