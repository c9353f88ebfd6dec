import { toCallbackConfig } from '../callbackConfig.ts';
import type { CallbackPorts } from '../callbackPorts.ts';
import type { Log, Measure } from '../ports.ts';
import { toSecretCallers } from './callbackSecrets.ts';
import { connectCall } from './liveCall.ts';

/** As large as an event of EventBridge can be, in bytes. */
export const eventLimit = 256 * 1024;

/** The ports of what is called back, for edge functions alone. */
export function connectCallback(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  measure: Measure,
): CallbackPorts {
  const { config, calls, nudges, now } = connectCall(env, log, measure);
  const callbacks = toCallbackConfig(env);
  const callers = toSecretCallers(callbacks.callbackSecrets);
  return { config: { ...config, ...callbacks }, callers, calls, nudges, log, measure, now };
}
