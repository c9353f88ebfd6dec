import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from '../../../../pipeline/api/speak/lambda.ts';
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
  ['POST', '/speech', 401, 'InvalidToken'],
  ['GET', '/speech', 405, 'MethodNotAllowed'],
  ['POST', '/speech/1', 404, 'RouteNotFound'],
])('%s %s without a token is answered with %i', async (method, rawPath, statusCode, code) => {
  const requestContext = { domainName: 'a1.example.org', http: { method } };
  const event = { rawPath, rawQueryString: '', headers: {}, requestContext } as APIGatewayProxyEventV2;
  const answer = await handler(event, { awsRequestId: 'request' });
  expect(answer).toMatchObject({ statusCode, headers: { 'access-control-allow-origin': '*' } });
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code });
});
