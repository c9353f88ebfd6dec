import { type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';
import type { ScopedRequest } from '../scopedService.ts';

export interface Route {
  method: string;
  /** With the names of its parameters. */
  path: RegExp;
  /** The query parameter `operation`. */
  kind?: string;
  /** What query parameters are called in the API. */
  query?: Readonly<Record<string, 'MaxResults' | 'NextToken'>>;
}

/** How the parameters of a page are called on the wire. */
export const paged = { 'max-results': 'MaxResults', 'next-token': 'NextToken' } as const;

/** By operation. `missing` is what the service has besides. */
export interface Routes<Name extends string> {
  routes: Readonly<Record<Name, Route>>;
  missing: Readonly<Record<string, Route>>;
}

/**
 * The operation of a request, and its input: the body with the parameters of the path and the query.
 * @throws NotImplemented naming the operation, or the request when it is of no operation of this service
 */
export function readRouteOf<Name extends string>(
  { routes, missing }: Routes<Name>,
  { method, url, body }: ScopedRequest,
): { operation: Name; input: JsonObject } {
  const { operation: kind, ...query } = Object.fromEntries(url.searchParams);
  const fits = ([, route]: [string, Route]) =>
    route.method === method && route.kind === kind && route.path.test(url.pathname);
  const found = Object.entries<Route>(routes).find(fits);
  if (!found) {
    const [name = `${method} ${url.pathname}`] = Object.entries(missing).find(fits) ?? [];
    throw new NotImplemented(`chime: ${name}`);
  }
  const [operation, route] = found as [Name, Route];
  const parameters = Object.entries(route.path.exec(url.pathname)?.groups ?? {}).map(([name, value]) => [
    name,
    decodeURIComponent(value),
  ]);
  const asked = Object.entries(query).map(([name, value]) => toField(operation, route, name, value));
  return { operation, input: { ...parse(body), ...Object.fromEntries([...parameters, ...asked]) } };
}

function toField(operation: string, route: Route, name: string, value: string): [string, string | number] {
  const field = route.query?.[name];
  if (field === undefined) throw new NotImplemented(`${operation} with the query parameter ${name}`);
  return [field, field === 'MaxResults' ? Number(value) : value];
}

function parse(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonObject;
  throw new ServiceError('SerializationException', 'The request body is not a JSON object');
}
