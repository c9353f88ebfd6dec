import type { Routed } from '../apiPorts.ts';
import type { ChatPorts } from '../chatPorts.ts';
import { eachRequest } from './apiGateway.ts';
import { type Connect, type Step, toHandler } from './lambda.ts';
import { connectChat } from './liveChat.ts';

const connect: Connect<ChatPorts> = (env, log, measure) => connectChat(env, log, measure, () => import('./secrets.ts'));

/** The doors of the chat in Lambda: a schedule's, and the HTTP API's. */
export function chatStep<Input, Output>(name: string, step: Step<Input, Output, ChatPorts>) {
  return toHandler(name, step, connect);
}

export function chatApi(name: string, routes: readonly Routed<ChatPorts>[]) {
  return toHandler(name, eachRequest(routes), connect);
}
