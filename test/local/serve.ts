import type { Clock } from '../../local/services/clock.ts';
import { Faults } from '../../local/services/faults.ts';
import { startGateway } from '../../local/services/gateway.ts';
import type { JsonService } from '../../local/services/jsonService.ts';

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
