import type { Callers } from './apiPorts.ts';
import type { Details, Probe } from './health.ts';
import type { Log } from './ports.ts';

/** Everything through which the route of the health reaches the outside. */
export interface HealthPorts {
  callers: Callers;
  log: Log;
  details: Details;
  /** How the dependencies were found, not long ago. It never throws. */
  probe(): Promise<Probe>;
}
