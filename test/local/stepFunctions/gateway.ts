import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Clock } from '../../../local/clock.ts';
import { type JsonObject, type JsonService, NotImplemented, ServiceError } from '../../../local/jsonService.ts';

/** Serves one service over HTTP as the stack's gateway would, and a client of the real SDK that talks to it. */
export async function serve(service: JsonService, clock: Clock) {
  const server = createServer((request, response) => {
    const answer = async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const [target = '', name = ''] = String(request.headers['x-amz-target']).split('.');
      const operation = target === service.target ? service.operations[name] : undefined;
      const call = { region: 'us-east-1', accessKeyId: 'test' };
      try {
        if (!operation) throw new NotImplemented(name);
        response.end(JSON.stringify(await operation(JSON.parse(body) as JsonObject, call)));
      } catch (error) {
        const { status, message, fields, ...rest } =
          error instanceof ServiceError ? error : new ServiceError('Crash', String(error), 500);
        response.writeHead(status, { 'x-amzn-errortype': rest.name });
        response.end(JSON.stringify({ __type: rest.name, message, ...fields }));
      }
    };
    void clock.busy(answer());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, close };
}
