/** A route of an HTTP API, and the function behind it. */
export interface ApiRoute {
  /** `GET /recordings/{id}/link`: a method and a path with variable segments. */
  key: string;
  functionName: string;
}

export interface MatchedRoute extends ApiRoute {
  pathParameters: Record<string, string>;
}

const routeKey = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\/(?:(?:[\w.~-]+|\{\w+\})(?:\/(?:[\w.~-]+|\{\w+\}))*)?)$/;

/**
 * Makes sure that routes are of a kind that is known here.
 * @throws Error naming one that is not: `ANY`, `$default`, `{proxy+}`, an unusual path
 */
export function checkRoutes(routes: readonly ApiRoute[]): void {
  for (const { key } of routes) {
    if (!routeKey.test(key)) throw new Error(`apiGateway: the route ${key} is not supported by the stand-in`);
  }
  const keys = routes.map(({ key }) => key);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) throw new Error(`apiGateway: the route ${twice} stands twice`);
}

/** The route of a request: one without variables before one that has them. Its path is already decoded. */
export function matchRoute(routes: readonly ApiRoute[], method: string, path: string): MatchedRoute | undefined {
  const matching = routes.flatMap((route) => {
    const [verb, pattern = ''] = route.key.split(' ');
    const pathParameters = verb === method ? matchPath(pattern, path) : undefined;
    return pathParameters ? [{ ...route, pathParameters }] : [];
  });
  const [best] = matching.sort((a, b) => Object.keys(a.pathParameters).length - Object.keys(b.pathParameters).length);
  return best;
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (given.length !== wanted.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const [, name] = /^\{(\w+)\}$/.exec(segment) ?? [];
    const value = decode(given[at] ?? '');
    if (name === undefined ? value !== segment : value === '') return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
}

/** As it stands where it is not percent-encoded UTF-8. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
