import { realClock } from '../../../local/services/clock.ts';
import { Faults } from '../../../local/services/faults.ts';
import { startGateway } from '../../../local/services/gateway.ts';
import type { ScopedService } from '../../../local/services/scopedService.ts';

/** A stand-in of the query protocol or of REST behind the stack's own gateway, and a signed call to it. */
export async function serveScoped(service: ScopedService, scope = service.scope) {
  const broken: unknown[] = [];
  const gateway = await startGateway({
    clock: realClock(),
    services: [],
    scoped: [service],
    fallback: (_, response) => Promise.resolve(void response.writeHead(418).end()),
    faults: new Faults(),
    onBroken: (error) => void broken.push(error),
  });
  const credential = `Credential=AKIAOPERATOR/20261120/eu-west-1/${scope}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=s`;
  return {
    broken,
    url: gateway.url,
    close: () => gateway.close(),
    async call(path: string, body: string | URLSearchParams, headers: Record<string, string> = {}, method = 'POST') {
      const answer = await fetch(`${gateway.url}${path}`, {
        method,
        ...(method === 'POST' && { body }),
        headers: { authorization, ...headers },
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
  };
}
