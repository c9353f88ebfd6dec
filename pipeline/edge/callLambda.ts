import type { Routed } from '../apiPorts.ts';
import type { CallPorts } from '../callPorts.ts';
import { eachRequest } from './apiGateway.ts';
import { type Connect, eachMessage, type Step, toHandler } from './lambda.ts';
import { connectCall } from './liveCall.ts';

/** The doors of the call in Lambda, whose ports are its own: a schedule's, a queue's, and the HTTP API's. */
export function callStep<Input, Output>(name: string, step: Step<Input, Output, CallPorts>) {
  const connect: Connect<CallPorts> = (env, log, measure) =>
    connectCall(env, log, measure, () => import('./secrets.ts'));
  return toHandler(name, step, connect);
}

export function callQueue(name: string, step: Step<unknown, unknown, CallPorts>) {
  return callStep(name, eachMessage(name, step));
}

export function callApi(name: string, routes: readonly Routed<CallPorts>[]) {
  return callStep(name, eachRequest(routes));
}
