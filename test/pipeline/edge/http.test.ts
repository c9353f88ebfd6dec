import { describe, expect, test } from 'vitest';
import type { Caller, Input, PublicRouted, Routed } from '../../../pipeline/apiPorts.ts';
import { type AnyRouted, bodyLimit, type DoorPorts, toDoor } from '../../../pipeline/edge/http.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import { Refusal, type RefusalName, refusals } from '../../../pipeline/refusals.ts';

const caller: Caller = { issuer: 'supabase', subject: 'somebody', token: 'a token' };
const said = 'the patient has chest pain';

/** A door with routes of a test; everybody with a header `x-good` is somebody. */
function open(routes: readonly AnyRouted<DoorPorts>[]) {
  const logged: string[] = [];
  const asked: string[] = [];
  const door = toDoor(routes, {
    log: (message, facts) => void logged.push(JSON.stringify([message, facts])),
    callers: {
      async identify(headers) {
        asked.push('identify');
        if (headers.has('x-good')) return caller;
        throw new Refusal('InvalidToken');
      },
    },
  });
  const ask = (path: string, init: RequestInit = {}) =>
    door(
      new Request(`https://api.example.org${path}`, {
        ...init,
        headers: { 'x-good': '1', ...(init.headers as object) },
      }),
    );
  return { door, ask, logged, asked };
}

const given: { caller: Caller; input: Input }[] = [];
const echo: Routed<DoorPorts>['route'] = () => async (caller, input) => {
  given.push({ caller, input });
  return { ok: true };
};
const failing =
  (error: unknown): Routed<DoorPorts>['route'] =>
  () =>
  async () => {
    throw error;
  };
const get = (path: string, route = echo): Routed<DoorPorts> => ({ method: 'GET', path, route });
const post = (path: string, route = echo): Routed<DoorPorts> => ({ method: 'POST', path, route });

describe('a route', () => {
  test('gets the caller, the parts of its path and the body', async () => {
    const { ask } = open([get('/a/{id}'), post('/a/{id}')]);
    const response = await ask('/a/b%20c%2F', { method: 'POST', body: '{"n":1}' });
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(given.at(-1)).toEqual({ caller, input: { params: { id: 'b c/' }, body: { n: 1 } } });
  });

  test.each([{ address: '192.0.2.1', agent: 'test' }, undefined])('gets the client as %j', async (client) => {
    const { door, logged } = open([get('/a')]);
    await door(new Request('https://api.example.org/a', { headers: { 'x-good': '1' } }), client);
    expect(given.at(-1)?.input).toEqual({ params: {}, body: undefined, ...(client && { client }) });
    expect(logged.join()).not.toContain('192.0.2.1');
  });

  test('that returns nothing answers an empty object, and one that returns a text answers it as it is', async () => {
    const text = { ...get('/text', () => async () => '{"a": 1}\n'), contentType: 'application/fhir+json' };
    const { ask } = open([get('/nothing', () => async () => undefined), text]);
    expect(await (await ask('/nothing')).text()).toBe('{}');
    const answer = await ask('/text');
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['application/fhir+json', '{"a": 1}\n']);
  });

  test('without a body gets none', async () => {
    await open([get('/a'), post('/b')]).ask('/b', { method: 'POST' });
    expect(given.at(-1)?.input).toEqual({ params: {}, body: undefined });
  });
});

test.each<[string, string, string, RefusalName]>([
  ['another path', 'GET', '/b', 'RouteNotFound'],
  ['a longer path', 'GET', '/a/1/2', 'RouteNotFound'],
  ['an empty part', 'GET', '/a/', 'RouteNotFound'],
  ['a part that is not encoded', 'GET', '/a/%ff', 'RouteNotFound'],
  ['a part that leads elsewhere', 'GET', '/a/../b', 'RouteNotFound'],
  ['another method', 'DELETE', '/a/1', 'MethodNotAllowed'],
  ['a method of another path', 'POST', '/a/1', 'MethodNotAllowed'],
])('%s is refused before anybody asks who it is', async (_, method, path, code) => {
  const { ask, asked } = open([get('/a/{id}'), post('/c')]);
  const response = await ask(path, { method });
  expect([response.status, await response.json()]).toEqual([refusals[code][0], { error: refusals[code][1], code }]);
  expect(asked).toEqual([]);
});

test('whoever is nobody gets to no route', async () => {
  const { door } = open([post('/a')]);
  const before = given.length;
  const response = await door(new Request('https://api.example.org/a', { method: 'POST', body: '{}' }));
  expect([response.status, given.length]).toEqual([401, before]);
});

describe('a route that anybody may ask', () => {
  const whose: (Caller | undefined)[] = [];
  const open503: PublicRouted<DoorPorts> = {
    method: 'GET',
    path: '/health',
    isPublic: true,
    route: () => async (asking) => {
      whose.push(asking);
      return { status: 503, body: { status: 'down' } };
    },
  };

  test.each<[string, object, Caller | undefined]>([
    ['somebody', { 'x-good': '1' }, caller],
    ['nobody, or a token that is not good', {}, undefined],
  ])('is told who it is: %s', async (_, headers, expected) => {
    const response = await open([open503]).door(
      new Request('https://api.example.org/health', { headers: headers as HeadersInit }),
    );
    expect([response.status, await response.json(), whose.at(-1)]).toEqual([503, { status: 'down' }, expected]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  test('answers while tokens cannot be checked', async () => {
    const door = toDoor([open503], { log: () => {}, callers: { identify: fail } });
    await door(new Request('https://api.example.org/health'));
    expect(whose.at(-1)).toBeUndefined();
  });

  test('fails as any other does, and takes no other method', async () => {
    const { ask } = open([{ ...open503, route: () => fail }]);
    expect((await ask('/health')).status).toBe(500);
    expect((await ask('/health', { method: 'POST' })).status).toBe(405);
  });
});

const fail = () => Promise.reject(new Error(said));

describe('a body', () => {
  const { ask } = open([post('/a')]);
  const send = (body: NonNullable<RequestInit['body']>, headers = {}) =>
    // The types of a browser do not know that a stream needs it.
    ask('/a', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
  const padded = (length: number) => `"${'a'.repeat(length - 2)}"`;

  test('may have 64 KB', async () => {
    expect((await send(padded(bodyLimit))).status).toBe(200);
  });

  test.each<[string, () => NonNullable<RequestInit['body']>]>([
    ['text', () => padded(bodyLimit + 1)],
    ['characters of several bytes', () => `"${'ä'.repeat(bodyLimit / 2)}"`],
    ['a stream without a length', () => new Blob([padded(bodyLimit + 1)]).stream()],
  ])('of more is refused: %s', async (_, body) => {
    const response = await send(body());
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, 'PayloadTooLarge']);
  });

  test('may be larger or smaller where the route says so', async () => {
    const limited = open([{ ...post('/a'), bodyLimit: 2048 }]);
    const sendTo = (length: number) =>
      limited.ask('/a', { method: 'POST', body: padded(length) }).then((response) => response.json());
    expect(await sendTo(2048)).not.toHaveProperty('code');
    expect(await sendTo(2049)).toEqual({ code: 'PayloadTooLarge', error: 'The request is larger than 2 KB.' });
  });

  test('that claims to be larger is not read', async () => {
    const request = new Request('https://api.example.org/a', {
      method: 'POST',
      body: '{}',
      headers: { 'x-good': '1', 'content-length': '70000' },
    });
    const { door } = open([post('/a')]);
    expect((await door(request)).status).toBe(413);
  });

  test('that is no JSON is refused, and not repeated', async () => {
    const response = await send(`{"text": ${said}`);
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'The body is not JSON.', code: 'InvalidRequest' },
    ]);
  });
});

describe('a failure', () => {
  const tell = async (error: unknown) => {
    const { ask, logged } = open([get('/a/{id}', failing(error))]);
    const response = await ask('/a/rec-1');
    return { response, body: await response.text(), logged: logged.join('\n') };
  };

  test.each(Object.keys(refusals) as RefusalName[])('%s is answered with its status and its sentence', async (code) => {
    const { response, body } = await tell(new Refusal(code));
    const [status, error] = refusals[code];
    expect([response.status, JSON.parse(body)]).toEqual([status, { error, code }]);
    expect(response.headers.has('retry-after')).toBe(status === 503 || status === 429);
  });

  test.each<[string, unknown]>([
    ['an error', new Error(said)],
    ['an error of a kind', Object.assign(new TypeError(said), { stack: `TypeError: ${said}\n    at /x.ts:1:1` })],
    ['a text', said],
    ['nothing', undefined],
  ])('that nobody foresaw says nothing of itself: %s', async (_, error) => {
    const { response, body, logged } = await tell(error);
    expect([response.status, JSON.parse(body)]).toEqual([
      500,
      { error: refusals.InternalError[1], code: 'InternalError' },
    ]);
    expect(body + logged).not.toContain(said);
    expect(logged).toMatch(/"failed",\{"route":"\/a\/\{id\}","errorName":"\w+"/);
    expect(body).not.toMatch(/\bat\b.*:\d+:\d+|\.ts/);
  });

  test('of a busy service may pass', async () => {
    const { response } = await tell(new PipelineError('ServiceUnavailable', 'S3 answered 503'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  });

  test('that is known to last says how long', async () => {
    const { response } = await tell(new Refusal('TooManyRequests', 'Tomorrow.', 3_600));
    expect(response.headers.get('retry-after')).toBe('3600');
  });

  test('of the configuration is named in the log', async () => {
    const unset = Object.assign(new Error('configuration: X is missing'), { name: 'ConfigurationInvalid' });
    expect((await tell(unset)).logged).toContain('configuration: X is missing');
  });
});

test('the log has the route and the status, and neither the id nor the caller', async () => {
  const { ask, logged } = open([get('/a/{id}')]);
  await ask('/a/rec-1');
  await ask('/nowhere');
  expect(logged).toEqual([
    '["answered",{"route":"/a/{id}","status":200}]',
    '["refused",{"route":"none","status":404,"code":"RouteNotFound"}]',
  ]);
});

describe('CORS', () => {
  const { ask } = open([get('/a')]);

  test('a preflight needs no token', async () => {
    const { door } = open([get('/a')]);
    const response = await door(new Request('https://api.example.org/a', { method: 'OPTIONS' }));
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(response.headers.get('access-control-allow-headers')).toContain('x-firebase-token');
  });

  test.each(['/a', '/nowhere'])('every answer of %s can be read by a page, and kept by nobody', async (path) => {
    const { headers } = await ask(path);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
    expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
  });
});
