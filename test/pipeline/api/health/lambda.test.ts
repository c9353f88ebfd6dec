import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from '../../../../pipeline/api/health/lambda.ts';
import { healthEnv } from '../../healthEnv.ts';

vi.mock('../../../../pipeline/edge/looks.ts', () => ({
  toLooks: () =>
    Object.fromEntries(
      ['database', 'meetings', 'audit', 'recordings', 'workflow'].map((name) => [name, async () => {}]),
    ),
}));
// Files share their modules: what comes after this one in the same worker would be given this stand-in.
afterAll(() => vi.resetModules());

beforeEach(() => {
  for (const [name, value] of Object.entries({ ...healthEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test.each([
  ['GET', '/health', 200],
  ['HEAD', '/health', 405],
  ['POST', '/health', 405],
  ['GET', '/health/1', 404],
])('%s %s of nobody: %i', async (method, rawPath, statusCode) => {
  const requestContext = { domainName: 'a1.example.org', http: { method } };
  const event = { rawPath, rawQueryString: '', headers: {}, requestContext } as APIGatewayProxyEventV2;
  const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 1_000 } as Context;
  const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };
  expect(await handler(event, context)).toMatchObject({ statusCode, headers });
});
