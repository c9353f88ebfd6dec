import { type Json, NotImplemented, ServiceError } from '../jsonService.ts';
import type { ScopedService } from '../scopedService.ts';
import type { LambdaRuntime } from './runtime.ts';

export interface LambdaApiOptions {
  /** Comes before each function's name in the deployment. */
  prefix: string;
  runtime: () => LambdaRuntime;
  /** The environment that all functions have. */
  environment: () => Readonly<Record<string, string>>;
  /** How many invocations may run at once in the account; functions reserve none of them here. */
  concurrency: number;
}

const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const configurations = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;
/** Variables that are Lambda's own, or this stack's, and not part of a configuration. */
const own = /^AWS_(?:REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|ENDPOINT_URL)$/;
const accountSettings = /^\/2016-08-19\/account-settings\/?$/;

/**
 * Lambda's own interface, as far as an operator invokes a step by hand and waits for its answer, or looks at a function and
 * at what the account may run at once.
 */
export function createLambdaApi(options: LambdaApiOptions): ScopedService {
  const { prefix, runtime } = options;
  const json = { 'content-type': 'application/json' };
  return {
    scope: 'lambda',
    async answer({ method, url, headers, body }) {
      const looked = method === 'GET' && url.search === '' ? look(options, url.pathname) : undefined;
      if (looked) return { status: 200, headers: json, body: JSON.stringify(looked) };
      const [, name] = invocations.exec(url.pathname) ?? [];
      if (method !== 'POST' || name === undefined || url.search !== '') {
        throw new NotImplemented(`lambda: ${method} ${url.pathname}${url.search}`);
      }
      const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
      if (type !== 'RequestResponse') throw new NotImplemented(`Invoke with the type ${String(type)}`);
      if ((headers['x-amz-log-type'] ?? 'None') !== 'None') throw new NotImplemented('Invoke with a tail of the log');
      const result = await runtime().invoke(functionOf(prefix, name), parse(body));
      const version = { ...json, 'x-amz-executed-version': '$LATEST' };
      if ('payload' in result) return { status: 200, headers: version, body: JSON.stringify(result.payload) };
      return { status: 200, headers: { ...version, 'x-amz-function-error': 'Unhandled' }, body: result.cause };
    },
    refuse: ({ name, message, status }) => ({
      status,
      headers: { ...json, 'x-amzn-errortype': name },
      body: JSON.stringify({ Type: 'User', message }),
    }),
  };
}

/** The function's name without the deployment's. */
function functionOf(prefix: string, name: string): string {
  const wanted = decodeURIComponent(name);
  if (wanted.startsWith(prefix)) return wanted.slice(prefix.length);
  throw new ServiceError('ResourceNotFoundException', `Function not found: ${wanted}`, 404);
}

function look({ prefix, runtime, environment, concurrency }: LambdaApiOptions, path: string): Json | undefined {
  if (accountSettings.test(path)) {
    return { AccountLimit: { ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency } };
  }
  const [, name] = configurations.exec(path) ?? [];
  if (name === undefined) return undefined;
  const { name: step, handler, timeoutSeconds, memoryMb, env } = runtime().definition(functionOf(prefix, name));
  const variables = Object.entries({ ...environment(), ...env }).filter(([variable]) => !own.test(variable));
  return {
    FunctionName: `${prefix}${step}`,
    Handler: handler,
    Timeout: timeoutSeconds,
    MemorySize: memoryMb,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Environment: { Variables: Object.fromEntries(variables) },
  };
}

function parse(body: Buffer): Json {
  try {
    return JSON.parse(body.toString() || '{}') as Json;
  } catch (error) {
    const reason = `Could not parse request body into json: ${(error as Error).message}`;
    throw new ServiceError('InvalidRequestContentException', reason);
  }
}
