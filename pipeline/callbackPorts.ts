import type { Callers } from './apiPorts.ts';
import type { CallbackConfig } from './callbackConfig.ts';
import type { CallConfig } from './callConfig.ts';
import type { CallPorts } from './callPorts.ts';

/**
 * Through which events that are called back reach the outside: the database, and the function that follows calls. What is
 * to be done at Chime is left to that one.
 */
export interface CallbackPorts extends Pick<CallPorts, 'calls' | 'nudges' | 'log' | 'measure' | 'now'> {
  config: CallConfig & CallbackConfig;
  /** Nobody is known by the secret but that it has it. @throws Refusal InvalidSecret, CallbacksNotHere */
  callers: Callers<void>;
}
