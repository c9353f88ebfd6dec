import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from '../../../../pipeline/api/messaging/lambda.ts';
import { callEnv } from '../../memoryCall.ts';

beforeEach(() => {
  for (const [name, value] of Object.entries({ ...callEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test.each([
  ['POST', '/messaging', 401, 'InvalidToken'],
  ['GET', '/messaging', 405, 'MethodNotAllowed'],
  ['POST', '/messaging/1', 404, 'RouteNotFound'],
])('%s %s without a token is answered with %i', async (method, rawPath, statusCode, code) => {
  const requestContext = { domainName: 'a1.example.org', http: { method } };
  const event = { rawPath, rawQueryString: '', headers: {}, requestContext } as APIGatewayProxyEventV2;
  const answer = await handler(event, { awsRequestId: 'request' });
  expect(answer).toMatchObject({ statusCode, headers: { 'access-control-allow-origin': '*' } });
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code });
});
