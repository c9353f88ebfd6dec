import type { IncomingHttpHeaders } from 'node:http';

type Headers = Pick<IncomingHttpHeaders, 'origin' | 'access-control-request-method' | 'access-control-request-headers'>;

/** The CORS configuration of an HTTP API. While there is one, the functions' own CORS headers are ignored. */
export interface Cors {
  allowedOrigins: readonly string[];
  allowedHeaders: readonly string[];
  allowedMethods: readonly string[];
  /** Seconds. */
  maxAge?: number;
}

/** Whether a request is a browser's question before another one. */
export function isPreflight(method: string, headers: Headers): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** The headers of an answer to a preflight; none for an origin, a method or a header that is not allowed. */
export function preflightHeaders(cors: Cors, headers: Headers): Record<string, string> {
  const origin = originHeaders(cors, headers);
  const method = (headers['access-control-request-method'] ?? '').toUpperCase();
  const asked = (headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  const allowed = cors.allowedHeaders.map((name) => name.toLowerCase());
  const isAllowed =
    cors.allowedMethods.some((one) => one === '*' || one.toUpperCase() === method) &&
    (allowed.includes('*') || asked.every((name) => allowed.includes(name)));
  if (!isAllowed || Object.keys(origin).length === 0) return {};
  return {
    ...origin,
    'access-control-allow-methods': cors.allowedMethods.join(','),
    'access-control-allow-headers': cors.allowedHeaders.join(','),
    ...(cors.maxAge === undefined ? {} : { 'access-control-max-age': String(cors.maxAge) }),
  };
}

/** What every answer to a page gets. */
export function originHeaders(cors: Cors, { origin }: Headers): Record<string, string> {
  if (origin === undefined) return {};
  if (cors.allowedOrigins.includes('*')) return { 'access-control-allow-origin': '*' };
  return cors.allowedOrigins.includes(origin) ? { 'access-control-allow-origin': origin, vary: 'origin' } : {};
}
