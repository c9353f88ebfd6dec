import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PGlite } from '@electric-sql/pglite';
import type { Clock } from '../clock.ts';
import { disturbed, invocationOf, report, Unanswered } from '../disturbed.ts';
import type { Faults } from '../faults.ts';
import type { JsonObject } from '../jsonService.ts';
import { NotImplemented } from '../jsonService.ts';
import { PostgrestError, toErrorAnswer } from './errors.ts';
import { type Answer, type Caller, execute } from './execute.ts';
import * as jwt from './jwt.ts';
import { createRealtime } from './realtime.ts';
import { type RawRequest, readRequest } from './request.ts';

export interface PostgrestOptions {
  db: PGlite;
  /** By default a free port. */
  port?: number;
  jwtSecret: string;
  /** The key that acts as service_role: any text (`sb_secret_…`) or a JWT; by default a JWT made from the secret. */
  serviceRoleKey?: string;
  clock: Clock;
  /** Gets the method and the path of every request, whatever its outcome. */
  onRequest?: ((method: string, path: string) => void) | undefined;
  /** Gets every error that a client is answered with. */
  onFailure?: (error: unknown) => void;
  /** The origins whose pages may read answers; by default all (`*`), as on Supabase. */
  allowedOrigins?: readonly string[];
  /** What happens to single calls. */
  faults?: Faults;
  /** Whether the service is away for a call (`POST /rest/v1/…`): it is then answered with a 503. */
  isAway?: (operation: string) => boolean;
  /** Answers what the gateway hands to edge functions: `/functions/v1/…`. */
  functions?: ((incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>) | undefined;
}

export interface Postgrest {
  /** The project's URL, as a Supabase client calls it: `http://127.0.0.1:<port>`. */
  url: string;
  port: number;
  serviceRoleKey: string;
  /** A JWT with these claims (`role`, `sub`, `exp` and so on), and the issuer and audience that Supabase gives its own. */
  signJwt(claims: JsonObject): string;
  close(): Promise<void>;
}

const roles = new Set(['anon', 'authenticated', 'service_role']);

const cors = {
  'access-control-allow-headers': '*, authorization',
  'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE, OPTIONS',
  'access-control-expose-headers': 'content-range',
};

/**
 * PostgREST behind Supabase's gateway, as far as supabase-js needs it for tables and functions of schema `public`. The
 * rest is refused by name (501), as are the other services of the platform but Realtime, which listens at the same address. An upsert always answers 201, where PostgREST answers 200 when nothing was new.
 */
export async function startPostgrest(options: PostgrestOptions): Promise<Postgrest> {
  const { db, jwtSecret, clock, allowedOrigins = ['*'] } = options;
  const sign = (claims: JsonObject) => jwt.signJwt(claims, jwtSecret);
  const serviceRoleKey = options.serviceRoleKey ?? sign({ iss: 'supabase', role: 'service_role' });

  const server = createServer((incoming, outgoing) => {
    // A client that goes away while it is answered is not a failure of ours.
    clock.busy(serve(incoming, outgoing)).catch(() => outgoing.destroy());
  });

  function send(outgoing: ServerResponse, incoming: IncomingMessage, { status, body, contentRange }: Answer): void {
    const { origin } = incoming.headers;
    const allowed = allowedOrigins.find((one) => one === '*' || one === origin);
    outgoing.writeHead(status, {
      ...(allowed === undefined ? {} : { 'access-control-allow-origin': allowed, ...cors }),
      vary: 'origin',
      ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...(contentRange === undefined ? {} : { 'content-range': contentRange }),
    });
    outgoing.end(incoming.method === 'HEAD' ? undefined : body);
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (options.functions && incoming.url?.startsWith('/functions/v1/')) return options.functions(incoming, outgoing);
    let caller: Caller | undefined;
    try {
      if (incoming.method === 'OPTIONS') return send(outgoing, incoming, { status: 204 });
      const raw = await toRaw(incoming);
      options.onRequest?.(raw.method, raw.url.pathname);
      if (options.isAway?.(`${raw.method} ${raw.url.pathname}`)) {
        throw new PostgrestError(503, 'PGRST001', 'Could not connect to the database');
      }
      caller = identify(raw.headers, toClaims);
      send(outgoing, incoming, await answerDisturbed(raw, caller, incoming, outgoing));
    } catch (error) {
      if (error instanceof Unanswered) return;
      options.onFailure?.(error);
      const { status, body } = toErrorAnswer(error, caller === undefined || caller.role === 'anon');
      send(outgoing, incoming, { status, body: JSON.stringify(body) });
    }
  }

  async function answerDisturbed(raw: RawRequest, caller: Caller, incoming: IncomingMessage, outgoing: ServerResponse) {
    const { faults } = options;
    if (!faults?.disturber) return answer(raw, caller);
    const operation = `${raw.method} ${raw.url.pathname}`;
    const invocation = invocationOf(incoming.headers);
    const seen = { target: 'supabase', operation, accessKeyId: '', input: raw.body, invocation };
    const disturbance = disturbed(faults, seen, outgoing);
    let status: number | undefined;
    try {
      await disturbance.before();
      status = 500;
      const given = await answer(raw, caller);
      ({ status } = given);
      await disturbance.after();
      return given;
    } finally {
      report(faults, { ...seen, status }, disturbance, outgoing);
    }
  }

  function answer(raw: RawRequest, caller: Caller): Promise<Answer> {
    const request = readRequest(raw);
    // There is one connection: PGlite runs transactions one after the other, in the order they were asked for.
    return db.transaction((tx) => execute(tx, request, caller));
  }

  function toClaims(token: string): JsonObject {
    if (token === serviceRoleKey) return { role: 'service_role' };
    if (token.startsWith('sb_')) throw new PostgrestError(401, 'invalid_api_key', 'Invalid API key');
    return jwt.verifyJwt(token, jwtSecret, clock.now());
  }

  const realtime = createRealtime({ db, clock, toClaims, onFailure: options.onFailure });
  server.on('upgrade', (incoming, socket, head: Buffer) => realtime.upgrade(incoming, socket, head));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    serviceRoleKey,
    signJwt: (claims) => sign({ ...issuedBy(port, claims['role']), ...claims }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([realtime.close(), closed]);
    },
  };
}

/** The claims with which Supabase issues a token: the service's own keys are of an issuer of their own. */
function issuedBy(port: number, role: unknown): JsonObject {
  if (role === 'anon' || role === 'service_role') return { iss: 'supabase' };
  return { iss: `http://127.0.0.1:${port}/auth/v1`, aud: 'authenticated' };
}

/** The gateway requires a key, PostgREST a role: that of the bearer token, else that of the key. */
function identify(headers: Headers, toClaims: (token: string) => JsonObject): Caller {
  const key = headers.get('apikey');
  const bearer = /^bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const claims = bearer === undefined ? undefined : toClaims(bearer);
  if (key === null) throw new PostgrestError(401, 'no_api_key', 'No API key found in request');
  const keyClaims = toClaims(key);
  const { role = 'anon', ...others } = claims ?? keyClaims;
  if (typeof role !== 'string' || !roles.has(role)) {
    throw new PostgrestError(403, '42501', `permission denied to set role ${JSON.stringify(role)}`);
  }
  return { role, claims: others };
}

async function toRaw(incoming: IncomingMessage): Promise<RawRequest> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  // Auth, Storage, Functions and GraphQL are refused before a key is asked for.
  if (!url.pathname.startsWith('/rest/v1/')) throw new NotImplemented(`${incoming.method} ${url.pathname}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  return { method: incoming.method ?? 'GET', url, headers, body: await text(incoming) };
}
