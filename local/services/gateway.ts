import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Writable } from 'node:stream';
import type { Clock } from './clock.ts';
import { disturbed, invocationOf, report, Unanswered } from './disturbed.ts';
import type { Faults } from './faults.ts';
import { type Call, type JsonObject, type JsonService, NotImplemented, ServiceError } from './jsonService.ts';
import { caller, checkProtocol, parse, readBody, scopeOf, signerIn } from './gatewayRequest.ts';
import type { ScopedService } from './scopedService.ts';

export interface GatewayOptions {
  /** Gets what a stand-in failed with; by default it is printed. The client sees a 500. */
  onBroken?: (error: unknown) => void;
  clock: Clock;
  services: JsonService[];
  /** The services of other protocols. One that operators alone call is neither observed nor made to fail. */
  scoped?: ScopedService[];
  /** Takes every other request without `X-Amz-Target`, that is, those to S3. It checks its own credentials. */
  fallback: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** By default a free port. */
  port?: number;
  faults: Faults;
  /**
   * Whether answers tell the time of the clock, because callers live by it, instead of the machine's. An SDK that is told
   * another time than its own takes any refusal for a matter of clocks, and asks once more.
   */
  tellsTime?: boolean;
  /** Gets every call, whatever its outcome. */
  onCall?: ((call: ObservedCall) => void) | undefined;
}

/** A call as it came over the wire: to a JSON service, or to S3 once it was answered. */
export type ObservedCall =
  | (Call & { target: string; operation: string; input: JsonObject })
  | (Call & {
      target: 's3';
      method: string;
      url: string;
      headers: IncomingHttpHeaders;
      status: number;
      /** The length of the answer's body. */
      bytes: number;
    });

export interface Gateway {
  /** An IP address, never a host name, so that S3 clients use path-style addresses. */
  url: string;
  port: number;
  /** Stops listening and ends every connection, idle or not. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Longer than a client keeps an idle connection, so that it never writes into a socket that is being closed. */
const KEEP_ALIVE_MS = 65_000;

/**
 * One port for all AWS services. Rejects with code `EADDRINUSE` when the port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const services = new Map(options.services.map((service) => [service.target, service]));
  const server = createServer((request, response) => {
    if (options.tellsTime) response.setHeader('date', new Date(options.clock.now()).toUTCString());
    serve(options, services, request, response).catch((error: unknown) => crash(options, error, response));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return { url: `http://${HOST}:${port}`, port, close: () => close(server) };
}

function serve(
  options: GatewayOptions,
  services: Map<string, JsonService>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { clock, fallback } = options;
  const header = request.headers['x-amz-target'];
  if (typeof header !== 'string') {
    const cbor = request.headers['smithy-protocol'];
    const { scope } = scopeOf(request.headers.authorization) ?? {};
    const isFor = ({ scope: own, paths }: ScopedService) => own === scope && (paths?.test(request.url ?? '') ?? true);
    const scoped = options.scoped?.find(isFor);
    if (scoped) return clock.busy(serveScoped(options, scoped, request, response));
    if (cbor === undefined) {
      response.once('close', () => observe(options, request, response));
      if (isAway(options, request)) return clock.busy(sendAway(request, response));
      return clock.busy(
        options.faults.disturber ? serveDisturbed(options, request, response) : fallback(request, response),
      );
    }
    return sendError(options, response, new NotImplemented(`the protocol ${String(cbor)}`), '1.0');
  }
  const [target = '', operation = ''] = header.split('.');
  const service = services.get(target);
  const protocol = service?.protocol ?? '1.0';
  return clock.busy(
    answer(options, service, target, operation, request, response).then(
      (output) => send(response, 200, protocol, output),
      (error: unknown) => (error instanceof Unanswered ? undefined : sendError(options, response, error, protocol)),
    ),
  );
}

async function serveScoped(
  options: GatewayOptions,
  service: ScopedService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', headers } = request;
  const answer = async () => {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    const call = { ...caller(headers.authorization), method, url, headers, body };
    const seen = service.read?.(call);
    return seen
      ? attempt(options, { ...seen, target: service.scope, call, request, response }, () => service.answer(call))
      : service.answer(call);
  };
  const answered = await answer().catch((error: unknown) =>
    error instanceof Unanswered ? undefined : service.refuse(toServiceError(options, error, response)),
  );
  if (!answered) return;
  const { status, headers: own, body } = answered;
  return write(
    response,
    status,
    { ...own, 'x-amzn-requestid': randomUUID() },
    typeof body === 'string' ? Buffer.from(body) : body,
  );
}

function isAway({ faults, clock }: GatewayOptions, { method = '', url = '', headers }: IncomingMessage): boolean {
  const call = scopeOf(headers.authorization) ?? { accessKeyId: '', region: '' };
  return faults.isAway('s3', `${method} ${url}`, call, clock.now());
}

/** An answer that nobody gets: the client is answered otherwise, or not at all. */
function lost(request: IncomingMessage): ServerResponse {
  const answer = new ServerResponse(request);
  // Without a mark it never asks the answer to wait: there is no connection that would let it go on.
  const highWaterMark = Number.MAX_SAFE_INTEGER;
  answer.assignSocket(new Writable({ highWaterMark, write: (_chunk, _encoding, done) => done() }) as Socket);
  return answer;
}

async function refuseAsS3(request: IncomingMessage, response: ServerResponse, { name, message, status }: ServiceError) {
  await readBody(request).catch(() => {});
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${name}</Code><Message>${message}</Message></Error>`);
}

/** S3's answer while it is away; the request is read first, or it would spoil the connection. */
async function sendAway(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await readBody(request).catch(() => {});
  response.writeHead(503, { 'content-type': 'application/xml' });
  response.end('<Error><Code>ServiceUnavailable</Code><Message>S3 is away</Message></Error>');
}

async function answer(
  options: GatewayOptions,
  service: JsonService | undefined,
  target: string,
  operation: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<JsonObject> {
  // Read the body first, whatever comes of it: an unread one would spoil the connection.
  const body = await readBody(request);
  const call = caller(request.headers.authorization);
  const run = service && Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  if (!service || !run) throw new NotImplemented(`${target}.${operation}`);
  checkProtocol(service, request);
  const input = parse(body);
  return attempt(options, { target, operation, input, call, request, response }, () => run(input, call));
}

interface Attempt {
  target: string;
  operation: string;
  input: JsonObject;
  call: Call;
  request: IncomingMessage;
  response: ServerResponse;
}

/** A call in the sight of whoever observes, counts and disturbs calls. */
async function attempt<Output>(
  { clock, faults, onCall }: GatewayOptions,
  { target, operation, input, call: { region, accessKeyId }, request, response }: Attempt,
  run: () => Promise<Output> | Output,
): Promise<Output> {
  const call = { region, accessKeyId };
  onCall?.({ ...call, target, operation, input });
  faults.check(target, operation, input, call, clock.now());
  if (!faults.disturber) return run();
  const seen = { ...call, target, operation, input, invocation: invocationOf(request.headers) };
  const disturbance = disturbed(faults, seen, response);
  let status: number | undefined;
  let refusal: string | undefined;
  try {
    await disturbance.before();
    status = 500;
    const output = await run();
    status = 200;
    await disturbance.after();
    return output;
  } catch (error) {
    if (status === 500 && error instanceof ServiceError) ({ status, name: refusal } = error);
    throw error;
  } finally {
    report(faults, { ...seen, status, error: refusal }, disturbance, response);
  }
}

/** S3 writes its answer as it makes it: one that is lost is written to nobody. */
async function serveDisturbed(options: GatewayOptions, request: IncomingMessage, response: ServerResponse) {
  const { faults, fallback } = options;
  const { method = '', url = '', headers } = request;
  const accessKeyId = scopeOf(headers.authorization)?.accessKeyId ?? '';
  const operation = `${method} ${url}`;
  const seen = { target: 's3', operation, accessKeyId, input: undefined, invocation: invocationOf(headers) };
  const disturbance = disturbed(faults, seen, response);
  let status: number | undefined;
  try {
    await disturbance.before();
    const answer = disturbance.isLost ? lost(request) : response;
    await fallback(request, answer);
    status = answer.statusCode;
    await disturbance.after();
  } catch (error) {
    if (error instanceof ServiceError) await refuseAsS3(request, response, error);
    else if (!(error instanceof Unanswered)) throw error;
  } finally {
    report(faults, { ...seen, status }, disturbance, response);
  }
}

/** S3 checks its own credentials. A call to a presigned URL is one of whoever signed it. */
function observe({ onCall }: GatewayOptions, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '', headers } = request;
  const { accessKeyId, region } = scopeOf(headers.authorization) ?? scopeOf(signerIn(url)) ?? {};
  const bytes = method === 'HEAD' ? 0 : Number(response.getHeader('content-length') ?? 0);
  const status = response.statusCode;
  if (accessKeyId && region) onCall?.({ accessKeyId, region, target: 's3', method, url, headers, status, bytes });
}

function sendError(options: GatewayOptions, response: ServerResponse, error: unknown, protocol: string): Promise<void> {
  const { name, message, fields, status } = toServiceError(options, error, response);
  return send(response, status, protocol, { __type: name, message, ...fields }, { 'x-amzn-errortype': name });
}

function toServiceError(options: GatewayOptions, error: unknown, response: ServerResponse): ServiceError {
  if (error instanceof ServiceError) return error;
  broke(options, error, response);
  return new ServiceError('InternalFailure', 'The stand-in failed: see its log', 500);
}

function send(
  response: ServerResponse,
  status: number,
  protocol: string,
  body: JsonObject,
  headers: Record<string, string> = {},
): Promise<void> {
  const own = { 'content-type': `application/x-amz-json-${protocol}`, 'x-amzn-requestid': randomUUID() };
  return write(response, status, { ...headers, ...own }, Buffer.from(JSON.stringify(body)));
}

function write(response: ServerResponse, status: number, headers: Record<string, string>, bytes: Buffer) {
  // A client that has gone away closed the answer already, and nothing would be heard of it any more.
  if (response.destroyed) return Promise.resolve();
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  // Also settles when the client goes away now.
  return new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(bytes, resolve);
  });
}

/** What no service answers is a defect of the stack, unless the client has gone away. */
function broke({ onBroken = console.error }: GatewayOptions, error: unknown, { destroyed }: ServerResponse): void {
  if (!destroyed) onBroken(error);
}

/** A failure of the fallback is a defect of the stack: the client sees a 500. */
function crash(options: GatewayOptions, error: unknown, response: ServerResponse): void {
  broke(options, error, response);
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'x-amzn-errortype': 'InternalFailure' }).end();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const message = `Port ${port} of ${HOST} is in use: stop what listens there or choose another port`;
      reject(Object.assign(new Error(message, { cause: error }), { code: error.code, port }));
    });
    server.listen(port, HOST, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
