import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PGlite } from '@electric-sql/pglite';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import type { JsonObject } from '../jsonService.ts';
import { NotImplemented } from '../jsonService.ts';
import { PostgrestError } from './errors.ts';
import { type Broadcast, mayListen, onBroadcast } from './realtimePolicy.ts';

export interface RealtimeOptions {
  db: PGlite;
  clock: Clock;
  /** The claims of a token or a key of the project. @throws PostgrestError */
  toClaims: (token: string) => JsonObject;
  /** Gets every error that a client is answered with. */
  onFailure?: ((error: unknown) => void) | undefined;
}

export interface Realtime {
  /** Takes over a connection that wants to be a WebSocket. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

interface Frame {
  topic: string;
  event: string;
  payload: JsonObject;
  ref: string | null;
  join_ref?: string | null;
}

/** A channel that a client has joined. */
interface Channel {
  joinRef: string;
  /** When its token ends, in milliseconds since the epoch. */
  until: number;
}

/** Realtime answers this to what it refuses: a name, and what is wrong. */
class Refusal extends Error {}

/**
 * Supabase's Realtime as far as a page needs it that listens to its database: private topics, joined with a token under the
 * database's own policies; what `realtime.send` wrote there; heartbeats; another token. Frames are those of version 1.0.0.
 */
export function createRealtime({ db, clock, toClaims, onFailure }: RealtimeOptions): Realtime {
  const server = new WebSocketServer({ noServer: true });
  const channels = new Map<WebSocket, Map<string, Channel>>();
  let listening: Promise<() => Promise<void>> | undefined;

  function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      checkAddress(new URL(incoming.url ?? '/', 'http://127.0.0.1'), toClaims);
    } catch (error) {
      onFailure?.(error);
      const status = error instanceof NotImplemented ? '501 Not Implemented' : '401 Unauthorized';
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(incoming, socket, head, (client) => {
      channels.set(client, new Map());
      client.on('message', (data: Buffer, isBinary: boolean) => {
        void clock.busy(receive(client, isBinary ? '' : data.toString()));
      });
      client.on('close', () => channels.delete(client));
    });
  }

  async function receive(client: WebSocket, text: string): Promise<void> {
    const frame = toFrame(text);
    // As Phoenix does with what is no frame.
    if (!frame) return client.close(1003);
    try {
      await answer(client, frame);
    } catch (error) {
      onFailure?.(error);
      const reason = error instanceof Refusal ? error.message : `NotImplemented: ${String(error)}`;
      send(client, { ...frame, event: 'phx_reply', payload: { status: 'error', response: { reason } } });
    }
  }

  async function answer(client: WebSocket, frame: Frame): Promise<void> {
    const { topic, event, payload } = frame;
    const own = channels.get(client);
    const isJoined = own?.has(topic) === true;
    const accept = (response: JsonObject = {}) =>
      send(client, { ...frame, event: 'phx_reply', payload: { status: 'ok', response } });
    if (topic === 'phoenix' && event === 'heartbeat') {
      for (const joined of own?.keys() ?? []) expire(client, joined);
      return accept();
    }
    if (event === 'phx_join') {
      checkJoin(payload);
      const until = await authorize(topic, payload['access_token']);
      listening ??= onBroadcast(db, deliver);
      await listening;
      own?.set(topic, { joinRef: frame.ref ?? '', until });
      return accept({ postgres_changes: [] });
    }
    if (event === 'phx_leave') {
      own?.delete(topic);
      accept();
      return send(client, { ...frame, event: 'phx_close', payload: {} });
    }
    if (event !== 'access_token') throw new NotImplemented(`the event ${event}`);
    // Realtime answers nothing to another token, and ends the channel of one that may not listen.
    if (isJoined) await renew(client, topic, payload['access_token']);
  }

  async function renew(client: WebSocket, topic: string, token: unknown): Promise<void> {
    const channel = channels.get(client)?.get(topic);
    try {
      const until = await authorize(topic, token);
      if (channel) channel.until = until;
    } catch (error) {
      onFailure?.(error);
      end(client, topic, error instanceof Refusal ? error.message : String(error));
    }
  }

  /** @returns when the token ends */
  async function authorize(topic: string, token: unknown): Promise<number> {
    const name = /^realtime:(.+)$/.exec(topic)?.[1];
    if (name === undefined) throw new Refusal('TopicNameRequired: You must provide a topic name');
    const { role, ...claims } = toUserClaims(token);
    const { exp } = claims;
    if (typeof role !== 'string' || typeof exp !== 'number') {
      throw new Refusal('InvalidJWTToken: Fields `role` and `exp` are required in JWT');
    }
    if (!(await mayListen(db, name, { role, claims }))) {
      throw new Refusal(`Unauthorized: You do not have permissions to read from this Channel topic: ${name}`);
    }
    return exp * 1000;
  }

  function toUserClaims(token: unknown): JsonObject {
    if (typeof token !== 'string') throw new NotImplemented('joining with the key of the project');
    try {
      return toClaims(token);
    } catch (error) {
      const message = error instanceof PostgrestError ? error.message : '';
      if (message === 'JWT expired') throw new Refusal('InvalidJWTToken: Token has expired');
      if (message.startsWith('No suitable key')) {
        throw new Refusal('JwtSignatureError: Failed to validate JWT signature');
      }
      throw new Refusal('MalformedJWT: The token provided is not a valid JWT');
    }
  }

  function deliver({ id, topic, event, payload }: Broadcast): void {
    for (const [client, own] of channels) {
      const name = `realtime:${topic}`;
      if (!own.has(name) || expire(client, name)) continue;
      const told = { event, meta: { id }, payload, type: 'broadcast' };
      send(client, { topic: name, event: 'broadcast', payload: told, ref: null });
    }
  }

  /** Ends a channel whose token has ended. */
  function expire(client: WebSocket, topic: string): boolean {
    const isExpired = (channels.get(client)?.get(topic)?.until ?? 0) <= clock.now();
    if (isExpired) end(client, topic, 'Token has expired');
    return isExpired;
  }

  function end(client: WebSocket, topic: string, message: string): void {
    const own = channels.get(client);
    const ref = own?.get(topic)?.joinRef ?? null;
    own?.delete(topic);
    const payload = { message, status: 'error', extension: 'system', channel: topic.replace('realtime:', '') };
    send(client, { topic, event: 'system', payload, ref: null });
    send(client, { topic, event: 'phx_close', payload: {}, ref });
  }

  return {
    upgrade,
    async close() {
      for (const client of channels.keys()) client.terminate();
      server.close();
      if (listening) await (await listening)();
    },
  };
}

function checkAddress(url: URL, toClaims: (token: string) => JsonObject): void {
  if (url.pathname !== '/realtime/v1/websocket') throw new NotImplemented(`a WebSocket at ${url.pathname}`);
  const version = url.searchParams.get('vsn') ?? '1.0.0';
  if (version !== '1.0.0') throw new NotImplemented(`version ${version} of the frames`);
  const key = url.searchParams.get('apikey');
  if (key === null) throw new PostgrestError(401, 'no_api_key', 'No API key found in request');
  toClaims(key);
}

/** Presence, changes of tables, public topics, acknowledgements and replays are others' to bring. */
function checkJoin({ config = {} }: JsonObject): void {
  const { private: isPrivate, broadcast, presence, postgres_changes: changes, ...others } = config as JsonObject;
  if (isPrivate !== true) throw new NotImplemented('a topic that is not private');
  const wanted = { ...(broadcast as JsonObject), ...(presence as JsonObject) };
  const [asked] = [...Object.entries(wanted), ...Object.entries(others)].find(([, value]) => value !== false) ?? [];
  if (asked !== undefined) throw new NotImplemented(`"${asked}" of a join`);
  if (Array.isArray(changes) && changes.length > 0) throw new NotImplemented('postgres_changes');
}

function send(client: WebSocket, { topic, event, payload, ref }: Frame): void {
  client.send(JSON.stringify({ topic, event, payload, ref }));
}

function toFrame(text: string): Frame | undefined {
  try {
    const { topic, event, payload, ref, join_ref } = JSON.parse(text) as Frame;
    return { topic, event, payload, ref, ...(join_ref === undefined ? {} : { join_ref }) };
  } catch {
    return undefined;
  }
}
