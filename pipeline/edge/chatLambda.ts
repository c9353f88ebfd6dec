import type { Routed } from '../apiPorts.ts';
import type { ChatPorts } from '../chatPorts.ts';
import { eachRequest } from './apiGateway.ts';
import { type Connect, eachMessage, type Step, toHandler } from './lambda.ts';
import { lazy } from './lazy.ts';
import { connectChat, unset } from './liveChat.ts';

/** Here alone the chat reaches the bucket of its files. */
const connect: Connect<ChatPorts> = (env, log, measure) => {
  const ports = connectChat(env, log, measure, () => import('./secrets.ts'));
  const { attachmentsBucket, kmsKeyId } = ports.config;
  const files = lazy(async () => {
    const { toFiles } = await import('./files.ts');
    return toFiles(attachmentsBucket ?? unset('ATTACHMENTS_BUCKET'), kmsKeyId ?? unset('KMS_KEY_ID'));
  });
  return { ...ports, files };
};

/** The doors of the chat in Lambda: a schedule's, a queue's, and the HTTP API's. */
export function chatStep<Input, Output>(name: string, step: Step<Input, Output, ChatPorts>) {
  return toHandler(name, step, connect);
}

export function chatQueue(name: string, step: Step<unknown, unknown, ChatPorts>) {
  return chatStep(name, eachMessage(name, step));
}

export function chatApi(name: string, routes: readonly Routed<ChatPorts>[]) {
  return toHandler(name, eachRequest(routes), connect);
}
