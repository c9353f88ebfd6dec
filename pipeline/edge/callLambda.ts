import type { Routed } from '../apiPorts.ts';
import type { CallPorts } from '../callPorts.ts';
import type { RecordingPorts } from '../capturePorts.ts';
import { eachRequest } from './apiGateway.ts';
import { type Connect, eachMessage, type Step, toHandler } from './lambda.ts';
import { connectCall } from './liveCall.ts';
import { connectRecording } from './liveRecording.ts';

const secrets = () => import('./secrets.ts');

/** The doors of the call in Lambda, whose ports are its own: a schedule's, a queue's, and the HTTP API's. */
export function callStep<Input, Output>(name: string, step: Step<Input, Output, RecordingPorts>) {
  const connect: Connect<RecordingPorts> = (env, log, measure) =>
    connectRecording(connectCall(env, log, measure, secrets));
  return toHandler(name, step, connect);
}

export function callQueue(name: string, step: Step<unknown, unknown, RecordingPorts>) {
  return callStep(name, eachMessage(name, step));
}

/** Whoever asks from outside reaches nothing of what is recorded. */
export function callApi(name: string, routes: readonly Routed<CallPorts>[]) {
  const connect: Connect<CallPorts> = (env, log, measure) => connectCall(env, log, measure, secrets);
  return toHandler(name, eachRequest(routes), connect);
}
