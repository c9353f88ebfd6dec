import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import { type Json, type JsonObject, ServiceError } from '../jsonService.ts';
import { TokenBucket } from '../tokenBucket.ts';
import { toAccessLog, toRequestTime } from './accessLog.ts';
import { type Cors, isPreflight, originHeaders, preflightHeaders } from './cors.ts';
import { type ApiAnswer, type ApiPlace, toAnswer, toEvent } from './event.ts';
import { type ApiRoute, checkRoutes, matchRoute } from './routes.ts';

export interface ApiGatewayOptions extends ApiPlace {
  clock: Clock;
  routes: readonly ApiRoute[];
  cors?: Cors | undefined;
  /** Requests per second, and at once. */
  throttle: { rate: number; burst: number };
  /** Calls the function of a route with an event. */
  invoke: (functionName: string, event: JsonObject) => Promise<{ payload: Json } | { error: string }>;
  /** How long an integration may take, in milliseconds: 30 seconds unless a test is in a hurry. */
  limitMs?: number;
  /** How the stage logs a request, and who gets the lines; preflights are not among them. */
  accessLog?: { format: string; write: (line: string) => void };
  /** By default a free port. */
  port?: number | undefined;
  /** Gets what the stand-in failed with. */
  onBroken?: (error: unknown) => void;
}

export interface ApiGateway {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** The service's limits: a request's body, its line with its headers, and the time for an answer. */
const bodyLimit = 10 * 1024 * 1024;
const headLimit = 10_240;
const longestMs = 30_000;

/**
 * An HTTP API with its `$default` stage: routes to functions, with events in the format 2.0. It answers preflights by
 * itself, throttles, and gives up a function that takes too long.
 * @throws Error naming a route of a kind that it does not know
 */
export async function startApiGateway(options: ApiGatewayOptions): Promise<ApiGateway> {
  const { clock, throttle, onBroken = console.error } = options;
  checkRoutes(options.routes);
  const log = toLog(options);
  const bucket = new TokenBucket(clock, throttle.rate, throttle.burst);
  const server = createServer({ maxHeaderSize: headLimit }, (request, response) => {
    clock.busy(serve(options, bucket, log, request, response)).catch((error: unknown) => {
      if (!response.destroyed) onBroken(error);
      response.destroy();
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function serve(
  options: ApiGatewayOptions,
  bucket: TokenBucket,
  log: (answered: Answered, began: number) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { cors } = options;
  const began = performance.now();
  const { method = 'GET', headers } = request;
  const body = await readBody(request);
  if (cors && isPreflight(method, headers)) return send(response, 204, preflightHeaders(cors, headers));
  const answered = await answer(options, bucket, request, body);
  const { statusCode, headers: own, cookies, body: sent } = answered;
  log(answered, began);
  const kept = Object.entries(own).filter(([name]) => !(cors && name.startsWith('access-control-')));
  const all = { ...Object.fromEntries(kept), ...(cors && originHeaders(cors, headers)) };
  send(response, statusCode, { ...all, ...(cookies.length > 0 && { 'set-cookie': cookies }) }, sent);
}

async function answer(
  options: ApiGatewayOptions,
  bucket: TokenBucket,
  request: IncomingMessage,
  body: Buffer | undefined,
): Promise<Answered> {
  const { clock, routes } = options;
  const [path = '/'] = (request.url ?? '/').split('?');
  if (body === undefined) return refusal(413, 'Request Entity Too Large');
  const route = matchRoute(routes, request.method ?? 'GET', path);
  if (!route) return refusal(404, 'Not Found');
  const { key } = route;
  if (!bucket.has()) return { ...refusal(429, 'Too Many Requests'), route: key };
  bucket.take();
  const result = await withinLimit(options, route.functionName, toEvent(request, body, route, options, clock.now()));
  if (result === undefined) return { ...refusal(503, 'Service Unavailable'), route: key, invoked: '-' };
  const given = 'payload' in result ? toAnswer(result.payload) : undefined;
  return { ...(given ?? refusal(500, 'Internal Server Error')), route: key, invoked: '200' };
}

/** An answer, the route that it is of, and what Lambda said where it was asked. */
interface Answered extends ApiAnswer {
  route?: string;
  invoked?: string;
}

function toLog({ accessLog, clock }: ApiGatewayOptions): (answered: Answered, began: number) => void {
  if (!accessLog) return () => {};
  const toLine = toAccessLog(accessLog.format);
  return ({ statusCode, body, route = '-', invoked = '-' }, began) =>
    accessLog.write(
      toLine({
        requestId: randomUUID().slice(0, 16),
        requestTime: toRequestTime(clock.now()),
        routeKey: route,
        status: `${statusCode}`,
        integrationStatus: invoked,
        integrationErrorMessage: '-',
        responseLatency: `${Math.round(performance.now() - began)}`,
        responseLength: `${body.length}`,
      }),
    );
}

/** Undefined when the function takes longer than an integration may, or is throttled. It runs on for nobody. */
async function withinLimit(
  { invoke, limitMs = longestMs }: ApiGatewayOptions,
  functionName: string,
  event: JsonObject,
): Promise<{ payload: Json } | { error: string } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([invoke(functionName, event), late]);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return error.status === 429 ? undefined : { error: error.name };
  } finally {
    clearTimeout(timer);
  }
}

function refusal(statusCode: number, message: string): ApiAnswer {
  const body = Buffer.from(JSON.stringify({ message }));
  return { statusCode, headers: { 'content-type': 'application/json' }, cookies: [], body };
}

/** Undefined when it is too large. The rest is read all the same, or its client would not get to the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= bodyLimit) chunks.push(chunk);
  }
  return length > bodyLimit ? undefined : Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | string[]>>,
  body: Buffer = Buffer.alloc(0),
): void {
  const { 'content-length': _, ...others } = headers;
  const own = { 'apigw-requestid': randomUUID().slice(0, 16), 'content-length': body.length };
  response.writeHead(status, { ...others, ...own }).end(body);
}
