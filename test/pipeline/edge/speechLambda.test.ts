import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { speechApi } from '../../../pipeline/edge/speechLambda.ts';
import { testEnv } from '../memoryPorts.ts';

beforeEach(() => {
  for (const [name, value] of Object.entries({ ...testEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('answers for its routes, to whoever has a token', async () => {
  const handler = speechApi('speak', [{ method: 'POST', path: '/speech', route: () => async () => ({}) }]);
  const requestContext = { domainName: 'a1.example.org', http: { method: 'POST' } };
  const event = { rawPath: '/speech', rawQueryString: '', headers: {}, requestContext };
  const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 1_000 } as Context;
  expect(await handler(event as Parameters<typeof handler>[0], context)).toMatchObject({ statusCode: 401 });
});
