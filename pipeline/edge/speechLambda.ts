import type { Routed } from '../apiPorts.ts';
import type { SpeechPorts } from '../speechPorts.ts';
import { eachRequest } from './apiGateway.ts';
import { type Connect, toHandler } from './lambda.ts';
import { connectSpeech } from './liveSpeech.ts';

/** The door of what is spoken, in Lambda. */
export function speechApi(name: string, routes: readonly Routed<SpeechPorts>[]) {
  const connect: Connect<SpeechPorts> = connectSpeech;
  return toHandler(name, eachRequest(routes), connect);
}
