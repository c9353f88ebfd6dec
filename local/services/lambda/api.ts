import { type Json, NotImplemented, ServiceError } from '../jsonService.ts';
import type { ScopedService } from '../scopedService.ts';
import type { LambdaRuntime } from './runtime.ts';

export interface LambdaApiOptions {
  /** Comes before each function's name in the deployment. */
  prefix: string;
  runtime: () => LambdaRuntime;
}

const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda's own interface, as far as an operator invokes a step by hand and waits for its answer. */
export function createLambdaApi({ prefix, runtime }: LambdaApiOptions): ScopedService {
  const json = { 'content-type': 'application/json' };
  return {
    scope: 'lambda',
    async answer({ method, url, headers, body }) {
      const [, name] = invocations.exec(url.pathname) ?? [];
      if (method !== 'POST' || name === undefined || url.search !== '') {
        throw new NotImplemented(`lambda: ${method} ${url.pathname}${url.search}`);
      }
      const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
      if (type !== 'RequestResponse') throw new NotImplemented(`Invoke with the type ${String(type)}`);
      if ((headers['x-amz-log-type'] ?? 'None') !== 'None') throw new NotImplemented('Invoke with a tail of the log');
      const wanted = decodeURIComponent(name);
      if (!wanted.startsWith(prefix)) {
        throw new ServiceError('ResourceNotFoundException', `Function not found: ${wanted}`, 404);
      }
      const result = await runtime().invoke(wanted.slice(prefix.length), parse(body));
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

function parse(body: Buffer): Json {
  try {
    return JSON.parse(body.toString() || '{}') as Json;
  } catch (error) {
    const reason = `Could not parse request body into json: ${(error as Error).message}`;
    throw new ServiceError('InvalidRequestContentException', reason);
  }
}
