import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Json, JsonObject } from '../jsonService.ts';
import { decode, type MatchedRoute } from './routes.ts';

export interface ApiPlace {
  apiId: string;
  accountId: string;
  region: string;
}

/** The event of a request, in the format 2.0. */
export function toEvent(
  request: IncomingMessage,
  body: Buffer,
  route: MatchedRoute,
  place: ApiPlace,
  now: number,
): JsonObject {
  const [path = '/', ...search] = (request.url ?? '/').split('?');
  const query = search.join('?');
  const { cookie, ...others } = request.headersDistinct;
  const headers = Object.fromEntries(Object.entries(others).map(([name, values]) => [name, (values ?? []).join(',')]));
  const domainName = request.headers.host ?? `${place.apiId}.execute-api.${place.region}.amazonaws.com`;
  const isText = isTextual(headers['content-type']);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: decode(path),
    rawQueryString: query,
    ...(cookie && { cookies: cookie.flatMap((line) => line.split('; ')) }),
    headers: {
      ...headers,
      'content-length': String(body.length),
      'x-amzn-trace-id': `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query !== '' && { queryStringParameters: joined(query) }),
    ...(Object.keys(route.pathParameters).length > 0 && { pathParameters: route.pathParameters }),
    requestContext: {
      accountId: place.accountId,
      apiId: place.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path: decode(path),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: logTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: isText ? body.toString() : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Repeated parameters are joined by commas. */
function joined(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
}

function isTextual(type = 'text/plain'): boolean {
  return /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript))/i.test(type);
}

/** `28/Nov/2026:17:00:00 +0000` */
function logTime(now: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

export interface ApiAnswer {
  statusCode: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

/** The answer of a function: whatever has no `statusCode` is the body itself. Undefined when it is malformed. */
export function toAnswer(payload: Json): ApiAnswer | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || !('statusCode' in payload)) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(body) };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = payload;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') return undefined;
  const given = Object.entries((headers ?? {}) as JsonObject);
  return {
    statusCode: status,
    headers: Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), textOf(value)])),
    cookies: Array.isArray(cookies) ? cookies.map(textOf) : [],
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
