import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { parentPort, workerData } from 'node:worker_threads';

/** The thread's side of a function: as much of Deno as functions use, and a server that asks the function. */

type Handler = (request: Request) => Response | Promise<Response>;

const shim = {
  env: {
    get: (name: string) => process.env[name],
    toObject: () => ({ ...process.env }),
  },
  serve(handler: Handler): void {
    const server = createServer((incoming, outgoing) => void answer(handler, incoming, outgoing));
    server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
  },
};
Object.assign(globalThis, { Deno: shim });

for (const module of (workerData as { modules: string[] }).modules) await import(module);

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let response: Response;
  try {
    response = await handler(toRequest(incoming));
  } catch (error) {
    // As Deno answers what its handler throws.
    console.error(error);
    response = new Response('Internal Server Error', { status: 500 });
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) return void outgoing.end();
  await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing).catch(() => outgoing.destroy());
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', headers, url = '/' } = incoming;
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // The types of a browser do not know that a stream needs it.
  const init = { method, headers: given, ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }) };
  return new Request(`http://${headers.host ?? '127.0.0.1'}${url}`, init as RequestInit);
}
