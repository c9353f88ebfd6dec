import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Call, type JsonObject, type JsonService, NotImplemented, ServiceError } from '../../local/jsonService.ts';

/** Serves one JSON service over real HTTP on a free port: what the gateway does, without the rest of it. */
export async function serveJson(service: JsonService): Promise<{ endpoint: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void respond(service, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function respond(service: JsonService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answer(service, request);
  response.writeHead(status, { 'content-type': `application/x-amz-json-${service.protocol}`, ...headers });
  response.end(JSON.stringify(body));
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: JsonObject;
}

async function answer(service: JsonService, request: IncomingMessage): Promise<Answer> {
  try {
    const [target, name = ''] = String(request.headers['x-amz-target']).split('.');
    const operation = target === service.target ? service.operations[name] : undefined;
    if (!operation) throw new NotImplemented(`${target}.${name}`);
    const input = JSON.parse(await text(request)) as JsonObject;
    return { status: 200, headers: {}, body: await operation(input, callOf(request)) };
  } catch (error) {
    const failure = error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500);
    const { name, message, status, fields } = failure;
    const body = { __type: name, message, Message: message, ...fields };
    return { status, headers: { 'x-amzn-errortype': name }, body };
  }
}

function callOf(request: IncomingMessage): Call {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '');
  return { accessKeyId: scope?.[1] ?? '', region: scope?.[2] ?? '' };
}
