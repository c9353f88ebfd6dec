import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokens } from './firstCalls.ts';

const json = 'application/x-amz-json-1.1';
const secret = { Name: 'supabase', SecretString: tokens.secret };

/**
 * A server that hands out a secret and otherwise refuses, as a service refuses whoever lacks the permission: no client
 * asks again, so a call is one request and its answer.
 */
export async function startRefusing(): Promise<{ url: string; asked: string[]; stop(): void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? request.url);
    asked.push(target);
    request.resume().on('end', () => {
      if (target.endsWith('GetSecretValue')) {
        response.writeHead(200, { 'content-type': json }).end(JSON.stringify(secret));
      } else if (request.headers['x-amz-target']) {
        response.writeHead(400, { 'content-type': json }).end('{"__type":"AccessDeniedException","message":"no"}');
      } else if (target.startsWith('/rest/')) {
        response.writeHead(403, { 'content-type': 'application/json' }).end('{"code":"42501","message":"no"}');
      } else {
        const body = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>';
        response
          .writeHead(403, { 'content-type': 'application/xml' })
          .end(request.method === 'HEAD' ? undefined : body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
