import type { Clock } from '../../local/clock.ts';
import { Faults } from '../../local/faults.ts';
import { startGateway } from '../../local/gateway.ts';
import type { JsonService } from '../../local/jsonService.ts';

/** One stand-in behind the stack's own gateway. */
export async function serve(
  service: JsonService,
  clock: Clock,
): Promise<{ endpoint: string; close: () => Promise<void> }> {
  const gateway = await startGateway({
    clock,
    services: [service],
    fallback: (_, response) => Promise.resolve(void response.writeHead(404).end()),
    faults: new Faults(),
  });
  return { endpoint: gateway.url, close: () => gateway.close() };
}
