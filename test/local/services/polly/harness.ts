import { PollyClient } from '@aws-sdk/client-polly';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Faults } from '../../../../local/services/faults.ts';
import { type ObservedCall, startGateway } from '../../../../local/services/gateway.ts';
import { createPolly } from '../../../../local/services/polly/polly.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';

/** The stand-in behind real HTTP, and the real client in front of it. Its clock stands still. */
export async function pollyHarness() {
  const clock = new ManualClock();
  const calls: ObservedCall[] = [];
  const gateway = await startGateway({
    clock,
    faults: new Faults(),
    services: [],
    scoped: [createPolly(clock)],
    fallback: (_, response) => Promise.resolve(void response.writeHead(418).end()),
    onCall: (call) => calls.push(call),
  });
  const clients: PollyClient[] = [];
  return {
    clock,
    calls,
    url: gateway.url,
    client(region = 'eu-west-1') {
      const client = new PollyClient({ ...clientConfig(gateway.url, region), requestHandler: new NodeHttpHandler() });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await gateway.close();
    },
  };
}
