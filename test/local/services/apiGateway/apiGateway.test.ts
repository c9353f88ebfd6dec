import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ApiGateway,
  type ApiGatewayOptions,
  startApiGateway,
} from '../../../../local/services/apiGateway/apiGateway.ts';
import { type Json, type JsonObject, ServiceError } from '../../../../local/services/jsonService.ts';
import { ManualClock } from '../../testClock.ts';

const cors = { allowedOrigins: ['*'], allowedHeaders: ['authorization'], allowedMethods: ['GET', 'POST'], maxAge: 60 };
const clock = new ManualClock();
const events: JsonObject[] = [];
let api: ApiGateway | undefined;
afterEach(async () => {
  events.length = 0;
  await api?.close();
  api = undefined;
});

async function open(more: Partial<ApiGatewayOptions> = {}): Promise<string> {
  api = await startApiGateway({
    apiId: 'a1',
    accountId: '111122223333',
    region: 'eu-west-1',
    clock,
    routes: [
      { key: 'GET /things/{id}', functionName: 'things' },
      { key: 'GET /things/all', functionName: 'all' },
      { key: 'POST /things', functionName: 'things' },
    ],
    throttle: { rate: 100, burst: 100 },
    invoke: async (_, event) => {
      events.push(event);
      return { payload: { statusCode: 200, body: 'fine' } };
    },
    ...more,
  });
  return api.url;
}
const answering = (payload: Json) => ({ invoke: async () => ({ payload }) });

describe('the access log', () => {
  const format = '$context.routeKey|$context.status|$context.integrationStatus|$context.responseLength';

  test.each<[string, Partial<ApiGatewayOptions>, string, string]>([
    ['an answer', {}, '/things/all', 'GET /things/all|200|200|4'],
    ['a route that is not there', {}, '/nothing', '-|404|-|23'],
    [
      'one for which no execution is free',
      { invoke: () => Promise.reject(new ServiceError('TooManyRequestsException', '', 429)) },
      '/things/all',
      'GET /things/all|503|-|33',
    ],
    ['an answer that is none', answering({ statusCode: 'x' }), '/things/all', 'GET /things/all|500|200|35'],
  ])('has a line for %s', async (_, more, path, line) => {
    const lines: string[] = [];
    const url = await open({ ...more, accessLog: { format, write: (one) => lines.push(one) } });
    await fetch(`${url}${path}?name=Ngozi`);
    expect(lines).toEqual([line]);
  });

  test('has one for a request too many, which no function sees', async () => {
    const lines: string[] = [];
    const accessLog = { format, write: (one: string) => lines.push(one) };
    const url = await open({ throttle: { rate: 1, burst: 1 }, accessLog });
    for (let n = 0; n < 2; n += 1) await fetch(`${url}/things/all`);
    expect(lines).toEqual(['GET /things/all|200|200|4', 'GET /things/all|429|-|31']);
  });
});

describe('the event', () => {
  test('is in the format 2.0', async () => {
    const url = await open();
    const headers = { 'X-Many': 'a', cookie: 'a=1; b=2', 'user-agent': 'test' };
    await fetch(`${url}/things/rec%201?a=1&a=2&b=%20`, { headers });
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'GET /things/{id}',
      rawPath: '/things/rec 1',
      rawQueryString: 'a=1&a=2&b=%20',
      queryStringParameters: { a: '1,2', b: ' ' },
      pathParameters: { id: 'rec 1' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-many': 'a', 'content-length': '0', 'x-forwarded-proto': 'https', host: new URL(url).host },
      requestContext: {
        accountId: '111122223333',
        apiId: 'a1',
        domainName: new URL(url).host,
        http: { method: 'GET', path: '/things/rec 1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        routeKey: 'GET /things/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/) as string,
        timeEpoch: clock.now(),
      },
      isBase64Encoded: false,
    });
    expect(events[0]).not.toHaveProperty('body');
    expect(events[0]?.['headers']).not.toHaveProperty('cookie');
  });

  test.each([
    ['application/json', '{"a":"ä"}', '{"a":"ä"}', false],
    ['application/fhir+json', '{}', '{}', false],
    ['application/octet-stream', 'ab', 'YWI=', true],
  ])('has a body of type %s', async (type, body, sent, isBase64Encoded) => {
    await fetch(`${await open()}/things`, { method: 'POST', body, headers: { 'content-type': type } });
    expect(events[0]).toMatchObject({ body: sent, isBase64Encoded });
  });

  test('joins a header that comes twice', async () => {
    const url = await open();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /things/1 HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200/);
    expect(events[0]?.['headers']).toMatchObject({ 'x-a': '1,2' });
  });
});

describe('routes', () => {
  test('without a variable come first', async () => {
    const called: string[] = [];
    const url = await open({
      invoke: async (name) => {
        called.push(name);
        return { payload: null };
      },
    });
    await fetch(`${url}/things/all`);
    await fetch(`${url}/things/other`);
    expect(called).toEqual(['all', 'things']);
  });

  test.each(['/', '/things', '/things/', '/things/1/2', '/Things/1'])('GET %s is not there', async (path) => {
    const response = await fetch(`${await open()}${path}`);
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(events).toEqual([]);
  });

  test('have their method', async () => {
    const url = await open();
    expect((await fetch(`${url}/things/1`, { method: 'POST' })).status).toBe(404);
  });

  test.each(['ANY /a', '$default', 'GET /{proxy+}', 'GET a', 'GET /a/', 'TRACE /a'])(
    '%s is refused by name',
    async (key) => {
      await expect(open({ routes: [{ key, functionName: 'f' }] })).rejects.toThrow(key);
    },
  );

  test('that stand twice are refused', async () => {
    const twice = [1, 2].map(() => ({ key: 'GET /a', functionName: 'f' }));
    await expect(open({ routes: twice })).rejects.toThrow('GET /a stands twice');
  });
});

describe('the answer', () => {
  test.each<[string, Json, number, string, string | null]>([
    ['with a status', { statusCode: 201, headers: { 'Content-Type': 'text/css' }, body: 'a' }, 201, 'a', 'text/css'],
    ['in Base64', { statusCode: 200, body: 'YWI=', isBase64Encoded: true }, 200, 'ab', null],
    ['without a body', { statusCode: 204 }, 204, '', null],
    ['without a status is the body', { a: 1 }, 200, '{"a":1}', 'application/json'],
    ['that is a text is the body', 'text', 200, 'text', 'application/json'],
    [
      'with a status that is none',
      { statusCode: 'fine' },
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
    [
      'with a body that is no text',
      { statusCode: 200, body: {} },
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
  ])('%s', async (_, payload, status, body, type) => {
    const response = await fetch(`${await open(answering(payload))}/things/1`);
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      status,
      body,
      type,
    ]);
  });

  test('may set cookies', async () => {
    const response = await fetch(`${await open(answering({ statusCode: 200, cookies: ['a=1', 'b=2'] }))}/things/1`);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test.each<[string, ApiGatewayOptions['invoke'], number]>([
    ['of a function that fails', async () => ({ error: 'TypeError' }), 500],
    [
      'of a function that is throttled',
      () => Promise.reject(new ServiceError('TooManyRequestsException', '', 429)),
      503,
    ],
    ['of a function that is too slow', () => new Promise(() => {}), 503],
  ])('%s', async (_, invoke, status) => {
    expect((await fetch(`${await open({ invoke, limitMs: 20 })}/things/1`)).status).toBe(status);
  });
});

describe('limits', () => {
  test('of requests: at once, and in a second', async () => {
    const url = await open({ throttle: { rate: 2, burst: 3 } });
    const statuses = async (count: number) => {
      const all: number[] = [];
      for (let n = 0; n < count; n += 1) all.push((await fetch(`${url}/things/1`)).status);
      return all;
    };
    expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
    await clock.advance(1_000);
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect(await (await fetch(`${url}/things/1`)).json()).toEqual({ message: 'Too Many Requests' });
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });

  test('of a body', async () => {
    const url = await open();
    const post = async (length: number) =>
      (await fetch(`${url}/things`, { method: 'POST', body: 'a'.repeat(length) })).status;
    expect([await post(10 * 1024 * 1024), await post(10 * 1024 * 1024 + 1)]).toEqual([200, 413]);
  });

  test('of the headers', async () => {
    const response = await fetch(`${await open()}/things/1`, { headers: { 'x-a': 'a'.repeat(10_240) } });
    expect(response.status).toBe(431);
  });
});

describe('CORS', () => {
  const own = { statusCode: 200, headers: { 'access-control-allow-origin': 'https://own.example' }, body: '' };
  const preflight = (url: string, path: string, headers = {}) =>
    fetch(`${url}${path}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'GET', ...headers },
    });

  test.each(['/things/1', '/nowhere'])('a preflight of %s is answered without a function', async (path) => {
    const url = await open({ cors });
    const { status, headers } = await preflight(url, path, { 'access-control-request-headers': 'Authorization' });
    expect([status, headers.get('access-control-allow-origin'), headers.get('access-control-max-age')]).toEqual([
      204,
      '*',
      '60',
    ]);
    expect(headers.get('access-control-allow-methods')).toBe('GET,POST');
    expect(events).toEqual([]);
  });

  test.each([
    ['a method', { 'access-control-request-method': 'DELETE' }],
    ['a header', { 'access-control-request-headers': 'authorization, x-other' }],
  ])('%s that is not allowed is allowed to nobody', async (_, headers) => {
    const response = await preflight(await open({ cors }), '/things/1', headers);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  test("takes the place of the function's own headers", async () => {
    const url = await open({ cors, ...answering(own) });
    const answer = async (headers: Record<string, string>) =>
      (await fetch(`${url}/things/1`, { headers })).headers.get('access-control-allow-origin');
    expect([await answer({ origin: 'https://a.example' }), await answer({})]).toEqual(['*', null]);
  });

  test('of one origin is for that one', async () => {
    const url = await open({ cors: { ...cors, allowedOrigins: ['https://a.example'] } });
    const answer = async (origin: string) =>
      (await fetch(`${url}/nowhere`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect([await answer('https://a.example'), await answer('https://b.example')]).toEqual(['https://a.example', null]);
  });

  test('that is not configured is left to the function', async () => {
    const url = await open(answering(own));
    expect((await fetch(`${url}/things/1`)).headers.get('access-control-allow-origin')).toBe('https://own.example');
    expect((await preflight(url, '/things/1')).status).toBe(404);
  });
});
