import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, eachRequest, toRequest, toResult } from '../../../pipeline/edge/apiGateway.ts';
import type { Input } from '../../../pipeline/apiPorts.ts';
import { callerOf, providerId } from '../memoryCall.ts';
import { testEnv } from '../memoryPorts.ts';

const lines: string[] = [];
beforeEach(() => {
  for (const [name, value] of Object.entries({ ...testEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  lines.length = 0;
});

/** As API Gateway sends it. */
function eventOf(
  more: { method?: string; rawPath?: string } & Partial<APIGatewayProxyEventV2> = {},
): APIGatewayProxyEventV2 {
  const { method = 'GET', rawPath = '/recordings/rec-1/link', ...others } = more;
  return {
    version: '2.0',
    routeKey: 'GET /recordings/{id}/link',
    rawPath,
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'content-length': '0',
      host: 'a1.execute-api.eu-west-1.amazonaws.com',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '111122223333',
      apiId: 'a1',
      domainName: 'a1.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'a1',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'GET /recordings/{id}/link',
      stage: '$default',
      time: '28/Nov/2026:09:00:00 +0000',
      timeEpoch: 1795856400000,
    },
    isBase64Encoded: false,
    ...others,
  };
}

describe('the request of an event', () => {
  test('has its address, its headers and its query', () => {
    const request = toRequest(
      eventOf({ rawQueryString: 'a=1&b=%20', headers: { authorization: 'Bearer x', 'x-a': 'b,c' } }),
    );
    expect(request.url).toBe('https://a1.execute-api.eu-west-1.amazonaws.com/recordings/rec-1/link?a=1&b=%20');
    expect([request.method, request.headers.get('authorization'), request.headers.get('x-a')]).toEqual([
      'GET',
      'Bearer x',
      'b,c',
    ]);
  });

  test.each([
    ['text', '{"a":"ä"}', false],
    ['Base64', Buffer.from('{"a":"ä"}').toString('base64'), true],
  ])('has its body, sent as %s', async (_, body, isBase64Encoded) => {
    expect(await toRequest(eventOf({ method: 'POST', body, isBase64Encoded })).json()).toEqual({ a: 'ä' });
  });

  test.each(['/recordings/a?b/link', '/recordings/a#b/link', '/recordings/a b/link', '/recordings/\0/link'])(
    'whose path %j was decoded keeps its parts',
    (rawPath) => {
      const { pathname, search } = new URL(toRequest(eventOf({ rawPath })).url);
      expect([pathname.split('/').length, search]).toEqual([4, '']);
    },
  );
});

describe('the answer', () => {
  test('has status, headers and body', async () => {
    const response = new Response('{"a":"ä"}', {
      status: 201,
      headers: { 'content-type': 'application/json', 'X-A': 'b' },
    });
    expect(await toResult(response)).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json', 'x-a': 'b' },
      body: '{"a":"ä"}',
    });
  });

  test.each([
    ['of six megabytes is given', 'a'.repeat(6_291_000), 200],
    ['of more is refused', 'a'.repeat(6_291_556), 413],
    ['whose marks make it larger is refused', '"'.repeat(3_200_000), 413],
  ])('%s', async (_, body, status) => {
    const result = await toResult(new Response(body), 'br, identity');
    expect(result.statusCode).toBe(status);
    expect(JSON.stringify(result).length).toBeLessThanOrEqual(6_291_556);
    if (status === 413) expect(JSON.parse(result.body ?? '')).toMatchObject({ code: 'DocumentTooLarge' });
  });

  test('of ten megabytes is given to whoever takes it compressed', async () => {
    const text = '{"text": "ä \\"quoted\\""}\n'.repeat(400_000);
    const result = await toResult(
      new Response(text, { headers: { 'content-type': 'application/fhir+json' } }),
      'deflate, gzip',
    );
    expect(result).toMatchObject({
      statusCode: 200,
      isBase64Encoded: true,
      headers: { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip', vary: 'accept-encoding' },
    });
    expect(gunzipSync(Buffer.from(result.body ?? '', 'base64')).toString()).toBe(text);
  });

  test.each([
    ['gzip', true],
    ['br;q=1.0, GZIP;q=0.8, *;q=0.1', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['br', false],
    ['x-gzip', false],
    ['', false],
  ])('that is long is compressed for %j: %j', async (encodings, packed) => {
    expect((await toResult(new Response('a'.repeat(70_000)), encodings)).isBase64Encoded ?? false).toBe(packed);
  });

  test('that is short is not', async () => {
    expect(await toResult(new Response('a'), 'gzip')).toMatchObject({ body: 'a' });
  });
});

describe('the client of a request', () => {
  test.each([
    ['198.51.100.7', 'app/1.0', '198.51.100.7', 'app/1.0'],
    ['nowhere', 'a'.repeat(300), null, 'a'.repeat(200)],
    [undefined, undefined, null, null],
  ])('at %s is what the gateway says of it, and no header of its own', async (sourceIp, userAgent, address, agent) => {
    const given: Input[] = [];
    const logged: unknown[] = [];
    const ports = {
      log: (...line: unknown[]) => void logged.push(line),
      callers: { identify: async () => callerOf(providerId) },
    };
    const route = () => async (_: unknown, input: Input) => void given.push(input);
    const event = eventOf({
      rawPath: '/a',
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-client-address': '203.0.113.9', 'user-agent': 'forged' },
    });
    Object.assign(event.requestContext.http, { sourceIp, userAgent });
    await eachRequest([{ method: 'GET', path: '/a', route }])(ports)(event);
    expect(given.map(({ client }) => client)).toEqual([{ address, agent }]);
    expect(JSON.stringify(logged)).not.toMatch(/198\.51|203\.0|app\/1/);
  });
});

describe('a handler', () => {
  const context = { awsRequestId: 'request-1' } as Context;
  const route = () => async () => ({ ok: true });
  // Its logger reads the environment as it is made.
  const call = (event: APIGatewayProxyEventV2) => {
    const handler = api('reading', [{ method: 'GET', path: '/recordings/{id}/link', route }]);
    return handler(event, context);
  };

  test('answers whoever has no token, and logs that it did', async () => {
    const { statusCode, body } = await call(eventOf());
    expect([statusCode, JSON.parse(body ?? '')]).toMatchObject([401, { code: 'InvalidToken' }]);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { step: 'reading', requestId: 'request-1', code: 'InvalidToken' },
    ]);
  });

  test.each([
    ['a header that is none', eventOf({ headers: { 'x-a': 'sm\u{1F600}' } })],
    ['a method that is none', eventOf({ method: 'TRACE' })],
  ])('refuses %s', async (_, event) => {
    expect(await call(event)).toMatchObject({ statusCode: 400 });
  });
});
