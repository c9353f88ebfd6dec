import type { Callers, Input, Routed } from '../apiPorts.ts';
import type { Log } from '../ports.ts';
import { Refusal } from '../refusals.ts';
import { withoutPhi } from './withoutPhi.ts';

/** What the door itself needs, beside what its routes do. */
export interface DoorPorts {
  callers: Callers;
  log: Log;
}

/** The largest body that a route takes, in bytes, unless it says otherwise. */
export const bodyLimit = 64 * 1024;

/** Tokens are sent in headers and never as cookies, so any page may ask: it has no credentials that it was not given. */
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, x-client-info, apikey, content-type, x-firebase-token, x-region',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-max-age': '86400',
};

const common = { ...cors, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * The door of a service: finds the route, looks who asks, and answers. It never throws: a refusal is
 * `{ error, code }` with its status, and a failure that nobody foresaw says nothing of itself but to the log.
 */
export function toDoor<Ports extends DoorPorts>(
  routes: readonly Routed<Ports>[],
  ports: Ports,
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method === 'OPTIONS') return allowed();
    const { pathname } = new URL(request.url);
    const found = routes.flatMap((routed) => {
      const params = match(routed.path, pathname);
      return params ? [{ routed, params }] : [];
    });
    const name = found[0]?.routed.path ?? 'none';
    try {
      const response = await answer(found, ports, request);
      ports.log('answered', { route: name, status: response.status });
      return response;
    } catch (error) {
      const refusal = error instanceof Refusal ? error : unforeseen(error, ports.log, name);
      ports.log('refused', { route: name, status: refusal.status, code: refusal.code });
      return refused(refusal);
    }
  };
}

/** The answer to a browser that asks whether it may ask. It needs no ports, and no header of its own can come with it. */
export function allowed(): Response {
  return new Response(null, { status: 204, headers: common });
}

interface Found<Ports> {
  routed: Routed<Ports>;
  params: Input['params'];
}

/** @param found the routes that have the request's path, one for each method */
async function answer<Ports extends DoorPorts>(
  found: readonly Found<Ports>[],
  ports: Ports,
  request: Request,
): Promise<Response> {
  if (found.length === 0) throw new Refusal('RouteNotFound');
  const wanted = found.find(({ routed }) => routed.method === request.method);
  if (!wanted) throw new Refusal('MethodNotAllowed');
  const { method, route, contentType, bodyBytes } = wanted.routed;
  const caller = await ports.callers.identify(request.headers);
  const body = method === 'POST' ? await readBody(request, bodyBytes) : undefined;
  const output = await route(ports)(caller, { params: wanted.params, body });
  const isText = typeof output === 'string';
  const type = isText ? (contentType ?? 'text/plain; charset=utf-8') : 'application/json';
  return new Response(isText ? output : JSON.stringify(output ?? {}), { headers: { ...common, 'content-type': type } });
}

/** The variable parts of a path, or undefined for another path and for one that is not percent-encoded UTF-8. */
function match(path: string, pathname: string): Record<string, string> | undefined {
  const wanted = path.split('/');
  const given = pathname.split('/');
  if (given.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    const value = decode(given[at] ?? '');
    if (name === undefined ? value !== part : !value) return undefined;
    if (name !== undefined && value) params[name] = value;
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The JSON of a body; reading ends where it becomes too large. */
async function readBody(request: Request, most = bodyLimit): Promise<unknown> {
  const tooLarge = () => new Refusal('PayloadTooLarge', `The request is larger than ${most / 1024} KB.`);
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > most) throw tooLarge();
    chunks.push(chunk);
  }
  const text = await new Blob(chunks).text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal('InvalidRequest', 'The body is not JSON.');
  }
}

export function refused({ status, code, message, retryAfter = 2 }: Refusal): Response {
  const again = status === 503 || status === 429 ? { 'retry-after': String(retryAfter) } : {};
  const headers = { ...common, ...again, 'content-type': 'application/json' };
  return new Response(JSON.stringify({ error: message, code }), { status, headers });
}

/** What is answered to a failure that nobody foresaw; the log says what it was. */
export function unforeseen(error: unknown, log: Log, route: string): Refusal {
  const { name, message } = withoutPhi(route, error);
  log('failed', { route, errorName: name, errorMessage: message });
  return new Refusal(name === 'ServiceUnavailable' || name === 'Throttled' ? 'ServiceUnavailable' : 'InternalError');
}
