import type { Caller } from '../apiPorts.ts';
import type { Extractions, Taken } from '../extractionPorts.ts';
import { type ServiceRpcOptions, toServiceRpc } from './serviceRpc.ts';

type Outcome<Names extends string> = Taken & { outcome: Names };

/** What each user has had read, as the database counts it, and what is kept of it. Counting is not told what was read. */
export function toExtractions(options: ServiceRpcOptions): Extractions {
  const rpc = toServiceRpc(options);
  const whose = ({ issuer, subject }: Pick<Caller, 'issuer' | 'subject'>) => ({ issuer, subject });
  return {
    async ask(of, sessionId) {
      const { outcome, ...taken } = await rpc<Outcome<'granted' | 'unknown' | 'notProvider' | 'tooMany'>>(
        'extraction_ask',
        { ...whose(of), sessionId },
      );
      return outcome === 'granted' ? taken : outcome;
    },
    take: (of, characters) => rpc('extraction_take', { ...whose(of), characters }),
    giveBack: (of, characters, day) => rpc('extraction_give_back', { ...whose(of), characters, day }),
    async keep(of, extraction) {
      const { id } = await rpc<{ id: string | null }>('keep_extraction', { ...whose(of), ...extraction });
      return id === null ? 'notProvider' : { id };
    },
  };
}
