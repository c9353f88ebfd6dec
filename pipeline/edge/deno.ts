import type { Route } from '../apiPorts.ts';
import type { CallConfig } from '../callConfig.ts';
import { metrics } from '../metrics.ts';
import type { Log, Measure } from '../ports.ts';
import { Refusal } from '../refusals.ts';
import { allowed, type DoorPorts, refused, toDoor, unforeseen } from './http.ts';

/** What the door of an edge function needs, beside what its route does. */
interface EdgePorts extends DoorPorts {
  config: Pick<CallConfig, 'edgeRegions' | 'edgeRegion'>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface EdgeFunction<Ports> {
  /** Under which it is published: `/functions/v1/<name>`. */
  name: string;
  /** Where the HTTP API has the same route. */
  path: string;
  route: Route<Ports>;
  /** The largest body that it takes, in bytes, where that is more than usual. */
  bodyBytes?: number;
  connect: (env: Environment, log: Log, measure: Measure) => Ports;
  readEnvironment: () => Environment;
  /** Takes each line of the log; the platform keeps what is printed. */
  print?: (line: string) => void;
}

/**
 * The door of an edge function: answers what the HTTP API answers to the same request. The platform hands on the path
 * without `/functions/v1`; both forms are the route's, and whatever comes behind is not. Ports are connected on the first
 * request, so that a missing variable is an answer and a line in the log, and not a function that does not start.
 */
export function toEdgeFunction<Ports extends EdgePorts>(
  given: EdgeFunction<Ports>,
): (request: Request) => Promise<Response> {
  const { name, path, route, bodyBytes, print = console.log } = given;
  const log: Log = (message, facts = {}) =>
    print(JSON.stringify({ level: 'INFO', message, timestamp: new Date().toISOString(), function: name, ...facts }));
  // Lambda's metrics are read from the lines that it prints. Nobody reads these: they are there to be searched.
  const measure: Measure = (id, metric, value, ...[by]) =>
    log('measured', { id, metric, value, unit: metrics[metric].unit, ...(by !== undefined && { by }) });
  const open = () => {
    const ports = given.connect(given.readEnvironment(), log, measure);
    return {
      ports,
      door: toDoor([{ method: 'POST', path, route, ...(bodyBytes !== undefined && { bodyBytes }) }], ports),
    };
  };
  let opened: ReturnType<typeof open> | undefined;

  return async (request) => {
    if (request.method === 'OPTIONS') return allowed();
    try {
      opened ??= open();
      checkRegion(opened.ports.config);
      return await opened.door(atPath(request, name, path));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : unforeseen(error, log, path);
      log('refused', { route: path, status: refusal.status, code: refusal.code });
      return refused(refusal);
    }
  };
}

/** Health data must not be worked on wherever the platform likes. Where that is unknown, it is not allowed either. */
function checkRegion({ edgeRegions, edgeRegion = 'an unknown region' }: EdgePorts['config']): void {
  if (edgeRegions.length === 0 || edgeRegions.includes(edgeRegion)) return;
  const wanted = edgeRegions.join(' or ');
  throw new Refusal('WrongRegion', `The function ran in ${edgeRegion}. Send the header x-region: ${wanted}.`);
}

/** The request as the HTTP API would have it. */
function atPath(request: Request, name: string, path: string): Request {
  const url = new URL(request.url);
  const rest = new RegExp(`^(?:/functions/v1)?/${name}(?=/|$)(.*)$`).exec(url.pathname)?.[1];
  url.pathname = rest === undefined ? '/' : `${path}${rest}`;
  return new Request(url, request);
}
