import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from '../../../../pipeline/api/reading/lambda.ts';
import { testEnv } from '../../memoryPorts.ts';

beforeEach(() => {
  for (const [name, value] of Object.entries({ ...testEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test.each([
  ['/recordings/rec-1/link', 401],
  ['/recordings/rec-1/fhir', 401],
  ['/recordings/rec-1', 404],
])('GET %s without a token is answered with %i', async (rawPath, statusCode) => {
  const requestContext = { domainName: 'a1.example.org', http: { method: 'GET' } };
  const event = { rawPath, rawQueryString: '', headers: {}, requestContext } as APIGatewayProxyEventV2;
  expect(await handler(event, { awsRequestId: 'request' })).toMatchObject({ statusCode });
});
