import type { Caller, Callers, Input, PublicRouted, Routed } from '../apiPorts.ts';
import type { Client } from '../client.ts';
import type { Log } from '../ports.ts';
import { Refusal } from '../refusals.ts';
import { withoutPhi } from './withoutPhi.ts';

/** What the door itself needs, beside what its routes do. */
export interface DoorPorts<Who = Caller> {
  callers: Callers<Who>;
  log: Log;
}

export type AnyRouted<Ports, Who = Caller> = Routed<Ports, Who> | PublicRouted<Ports, Who>;

/** The largest body that a route takes, in bytes, unless it says another one. */
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
 * `{ error, code }` with its status, and a failure that nobody foresaw says nothing of itself but to the log. Routes are
 * given the client as the door was told of it.
 */
export function toDoor<Ports extends DoorPorts<Who>, Who = Caller>(
  routes: readonly AnyRouted<Ports, Who>[],
  ports: Ports,
): (request: Request, client?: Client) => Promise<Response> {
  return async (request, client) => {
    if (request.method === 'OPTIONS') return allowed();
    const { pathname } = new URL(request.url);
    const found = routes.flatMap((routed) => {
      const params = match(routed.path, pathname);
      return params ? [{ routed, params }] : [];
    });
    const name = found[0]?.routed.path ?? 'none';
    try {
      const response = await answer(found, ports, request, client);
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

interface Found<Ports, Who> {
  routed: AnyRouted<Ports, Who>;
  params: Input['params'];
}

/** @param found the routes that have the request's path, one for each method */
async function answer<Ports extends DoorPorts<Who>, Who>(
  found: readonly Found<Ports, Who>[],
  ports: Ports,
  request: Request,
  client: Client | undefined,
): Promise<Response> {
  if (found.length === 0) throw new Refusal('RouteNotFound');
  const wanted = found.find(({ routed }) => routed.method === request.method);
  if (!wanted) throw new Refusal('MethodNotAllowed');
  const { routed } = wanted;
  if ('isPublic' in routed) return answerAnybody(routed, ports, request);
  const { method, route, contentType, bodyLimit: limit } = routed;
  const caller = await ports.callers.identify(request.headers);
  const body = method === 'POST' ? await readBody(request, limit) : undefined;
  const output = await route(ports)(caller, { params: wanted.params, body, ...(client && { client }) });
  const isText = typeof output === 'string';
  const type = isText ? (contentType ?? 'text/plain; charset=utf-8') : 'application/json';
  return new Response(isText ? output : JSON.stringify(output ?? {}), { headers: { ...common, 'content-type': type } });
}

/** A token that is not good, or that cannot be checked now, is as good as none: the route says less then. */
async function answerAnybody<Ports extends DoorPorts<Who>, Who>(
  { route }: PublicRouted<Ports, Who>,
  ports: Ports,
  { headers: given }: Request,
): Promise<Response> {
  const caller = await ports.callers.identify(given).catch(() => undefined);
  const { status, body } = await route(ports)(caller);
  return new Response(JSON.stringify(body), { status, headers: { ...common, 'content-type': 'application/json' } });
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
async function readBody(request: Request, limit = bodyLimit): Promise<unknown> {
  const tooLarge = () => new Refusal('PayloadTooLarge', `The request is larger than ${limit / 1024} KB.`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
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
