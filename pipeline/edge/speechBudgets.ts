import type { SpeechBudgets } from '../speechPorts.ts';
import { type ServiceRpcOptions, toServiceRpc } from './serviceRpc.ts';

/** What each user has had spoken, as the database counts it. It is not told what was said. */
export function toSpeechBudgets(options: ServiceRpcOptions): SpeechBudgets {
  const rpc = toServiceRpc(options);
  return {
    async take({ issuer, subject }, characters) {
      const answer = await rpc<{ outcome: Awaited<ReturnType<SpeechBudgets['take']>> }>('speech_take', {
        issuer,
        subject,
        characters,
      });
      return answer.outcome;
    },
  };
}
