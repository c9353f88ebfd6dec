import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toPage } from '../../infra/page.ts';
import type { RemotePageData } from '../../viewer/pageData.ts';
import type { Deployment } from '../replay/deployment.ts';
import type { Stack } from '../stack/stack.ts';
import { Feed } from './feed.ts';
import { framePage, listPage, type ServedPage } from './pages.ts';
import { readRuns } from './runs.ts';
import { signIn } from './standIns.ts';

export interface PagesOptions {
  stack: Pick<Stack, 'env' | 'signJwt' | 'clock'>;
  deployment: Deployment;
  /** By default a free port. */
  port?: number | undefined;
  /** How long the list waits between two looks, in milliseconds. */
  everyMs?: number;
}

export interface Pages extends AsyncDisposable {
  /** Where the list is: `http://127.0.0.1:<port>`. */
  address: string;
}

/** The list of recordings and their pages, for the browser of this machine alone. */
export async function servePages({ stack, deployment, port = 0, everyMs = 500 }: PagesOptions): Promise<Pages> {
  const feed = new Feed(() => readRuns(deployment), everyMs);
  const server = createServer((request, response) => {
    answer(request, response, { stack, deployment, feed, address }).catch((error: unknown) => {
      if (!response.headersSent) send(response, { status: 500, body: `The page cannot be made: ${String(error)}` });
      response.end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/**
 * Why a request is not answered; undefined where it is. A page of anywhere may send requests to this machine, and may have
 * a name that leads here: those name themselves in Origin or in Host.
 */
export function refusalOf(method: string, { host, origin }: IncomingHttpHeaders, address: string): Answer | undefined {
  if (host !== new URL(address).host) return { status: 421, body: `Open ${address}` };
  if (origin !== undefined && origin !== address) return { status: 403, body: 'Another page may not ask.' };
  if (method === 'POST' && origin === undefined) return { status: 403, body: 'Only a page of this address may ask.' };
  return undefined;
}

interface Context extends Required<Pick<PagesOptions, 'stack' | 'deployment'>> {
  feed: Feed;
  address: string;
}

interface Answer {
  status: number;
  body: string;
  type?: string;
  headers?: Readonly<Record<string, string>>;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { method = 'GET', headers } = request;
  const { pathname } = new URL(request.url ?? '/', context.address);
  const refused = refusalOf(method, headers, context.address);
  if (refused) return send(response, refused);
  if (method === 'GET' && pathname === '/events') return follow(response, context.feed);
  send(response, await find(`${method} ${pathname}`, context));
}

const nowhere: Answer = { status: 404, body: 'There is no such page.' };
const id = '[A-Za-z0-9._-]{1,128}';

async function find(asked: string, context: Context): Promise<Answer> {
  if (asked === 'GET /') return page(await listPage(await readRuns(context.deployment)));
  if (asked === 'GET /favicon.ico') return { status: 204, body: '' };
  const [, method, recordingId = '', part = ''] =
    new RegExp(`^(\\w+) /recordings/(${id})(/page|/session)?$`).exec(asked) ?? [];
  if (method === undefined || !(await isThere(context, recordingId))) return nowhere;
  const here = `/recordings/${recordingId}`;
  if (method === 'GET' && part === '') {
    return page(await framePage({ recordingId, page: `${here}/page`, session: `${here}/session` }));
  }
  if (method === 'GET' && part === '/page') return consultation(context, recordingId);
  if (method === 'POST' && part === '/session') return session(context, recordingId);
  return nowhere;
}

const page = ({ html, policy }: ServedPage): Answer => ({
  status: 200,
  body: html,
  type: 'text/html',
  headers: { 'content-security-policy': policy },
});

/** The page itself, which reads from the embedded Supabase and plays from the embedded S3. */
async function consultation({ stack, address }: Context, recording: string): Promise<Answer> {
  const {
    SUPABASE_URL: url = '',
    SUPABASE_ANON_KEY: apiKey = '',
    API_URL: api = '',
    AWS_ENDPOINT_URL = '',
  } = stack.env;
  const place = { recording, url, apiKey, api };
  const data: RemotePageData = { schema: 'medzen.page/1', place, origins: [address] };
  const body = await toPage(data, { media: [AWS_ENDPOINT_URL], connect: [url, api] });
  return { status: 200, body, type: 'text/html', headers: { 'content-security-policy': "frame-ancestors 'self'" } };
}

/** A session of a stand-in for the recording's provider. */
async function session({ stack, deployment }: Context, recordingId: string): Promise<Answer> {
  const provider = await providerOf(deployment, recordingId);
  if (provider === undefined) return { status: 404, body: 'This recording has no provider.' };
  return { status: 200, body: JSON.stringify(signIn(stack, provider)), type: 'application/json' };
}

async function isThere({ deployment: { supabase } }: Context, recordingId: string): Promise<boolean> {
  const { data } = await supabase.from('recordings').select('recording_id').eq('recording_id', recordingId);
  return (data ?? []).length > 0;
}

async function providerOf({ supabase }: Deployment, recordingId: string): Promise<string | undefined> {
  const { data: recordings } = await supabase.from('recordings').select('session_id').eq('recording_id', recordingId);
  const [recording] = (recordings ?? []) as { session_id: string | null }[];
  if (!recording?.session_id) return undefined;
  const { data: sessions } = await supabase
    .from('video_call_sessions')
    .select('provider_id')
    .eq('id', recording.session_id);
  const [found] = (sessions ?? []) as { provider_id: string | null }[];
  return found?.provider_id ?? undefined;
}

/** Server-sent events: how the recordings stand, now and after each change. */
function follow(response: ServerResponse, feed: Feed): void {
  response.writeHead(200, { ...common, 'content-type': 'text/event-stream' });
  response.flushHeaders();
  const end = feed.subscribe((text) => response.write(`data: ${text}\n\n`));
  response.on('close', end);
}

const common = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

function send(response: ServerResponse, { status, body, type = 'text/plain', headers = {} }: Answer): void {
  response.writeHead(status, { ...common, 'content-type': `${type}; charset=utf-8`, ...headers }).end(body);
}
