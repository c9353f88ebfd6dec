import type { PublicRouted } from '../apiPorts.ts';
import type { HealthPorts } from '../healthPorts.ts';
import { eachRequest } from './apiGateway.ts';
import { type Connect, toHandler } from './lambda.ts';
import { connectHealth } from './liveHealth.ts';

/** The door of whoever asks how the service is, in Lambda. */
export function healthApi(name: string, routes: readonly PublicRouted<HealthPorts>[]) {
  const connect: Connect<HealthPorts> = connectHealth;
  return toHandler(name, eachRequest(routes), connect);
}
