import { Faults } from '../../../local/services/faults.ts';
import { type Gateway, startGateway } from '../../../local/services/gateway.ts';
import type { JsonService } from '../../../local/services/jsonService.ts';
import { clientConfig, ManualClock } from '../testClock.ts';

/** A stand-in of a JSON protocol behind the stack's own gateway, and how a client reaches it. */
export async function serveJson(service: JsonService, clock = new ManualClock()) {
  const gateway: Gateway = await startGateway({
    clock,
    services: [service],
    fallback: (_, response) => Promise.resolve(void response.writeHead(418).end()),
    faults: new Faults(),
  });
  return { config: clientConfig(gateway.url), close: () => gateway.close() };
}
