import { once } from 'node:events';
import { type Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { createS3, type ObjectCreated, type S3 } from '../../../../local/services/s3/s3.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';

const home = 'eu-west-1';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Server extends AsyncDisposable {
  s3: S3;
  /** As a handler has it: nothing but the endpoint is special, path-style follows from the IP address. */
  client: S3Client;
  clock: ManualClock;
  url: string;
  events: ObjectCreated[];
  /** A request made by hand, with credentials in the form S3 wants, to say what no SDK would say. */
  send(method: string, path: string, headers?: Record<string, string>, body?: Buffer | string): Promise<Answer>;
}

/** The stand-in behind plain HTTP. Its clock starts at the real time, by which SDKs sign. */
export async function startServer({
  region = home,
  ...options
}: {
  dataDir?: string;
  region?: string;
  secretOf?: (accessKeyId: string) => string | undefined;
} = {}): Promise<Server> {
  const clock = new ManualClock(Date.now());
  const events: ObjectCreated[] = [];
  const s3 = await createS3({ ...options, clock, region, onObjectCreated: (event) => void events.push(event) });
  const server = createServer((incoming, outgoing) => void s3.handle(incoming, outgoing));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new S3Client(clientConfig(url, region));
  return {
    s3,
    client,
    clock,
    url,
    events,
    send: (method, path, headers = {}, body = '') => sendRaw(method, url + path, { ...signed, ...headers }, body),
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.closeAllConnections();
      await once(server.close(), 'close');
      await s3.close();
    },
  };
}

/** Credentials in the form S3 wants to see them. */
export const signed = {
  authorization: `AWS4-HMAC-SHA256 Credential=test/20261120/${home}/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
};

/** Sends exactly these headers. A header that is empty is left out. */
export async function sendRaw(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: Buffer | string,
  agent?: Agent,
): Promise<Answer> {
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
  const outgoing = request(url, { method, headers: sent, agent });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const text = (await buffer(incoming)).toString('utf8');
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: text };
}

/** The code of an error document. */
export function codeOf({ body }: Answer): string | undefined {
  return /<Code>(\w+)<\/Code>/.exec(body)?.[1];
}

/** Bytes without a pattern that framing or a lost chunk could hide in, the same on every run. */
export function bytes(size: number): Buffer {
  const content = Buffer.alloc(size);
  let state = 1;
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    content[index] = state >>> 24;
  }
  return content;
}
