import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callEnv } from '../memoryCall.ts';
import { testEnv } from '../memoryPorts.ts';

type Handler = (
  event: APIGatewayProxyEventV2,
  context: { awsRequestId: string },
) => Promise<APIGatewayProxyStructuredResultV2>;

/** What every service of routes answers to somebody without a token. */
export function lambdaContract(handler: Handler, method: string, paths: readonly string[]): void {
  beforeEach(() => {
    const env = { ...testEnv, ...callEnv, POWERTOOLS_DEV: 'true' };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test.each(
    paths.flatMap((path) => [
      [method, path, 401, 'InvalidToken'] as const,
      ['PUT', path, 405, 'MethodNotAllowed'] as const,
      [method, `${path}/1`, 404, 'RouteNotFound'] as const,
    ]),
  )('%s %s without a token is answered with %i', async (asked, rawPath, statusCode, code) => {
    const requestContext = { domainName: 'a1.example.org', http: { method: asked } };
    const event = { rawPath, rawQueryString: '', headers: {}, requestContext } as APIGatewayProxyEventV2;
    const answer = await handler(event, { awsRequestId: 'request' });
    expect(answer).toMatchObject({ statusCode, headers: { 'access-control-allow-origin': '*' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code });
  });
}
