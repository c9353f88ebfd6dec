import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLambdaApi } from '../../../../local/services/lambda/api.ts';
import type { LambdaRuntime } from '../../../../local/services/lambda/runtime.ts';
import { serveScoped } from '../scoped.ts';

/** Answers with the name and the event, and fails when it is told to. */
const runtime = {
  invoke: async (name, event) =>
    event === null
      ? { error: 'Throttled', cause: '{"errorType":"Throttled","errorMessage":"no"}' }
      : { payload: { name, event } },
  definition: (name) => ({ name, handler: 'a.b', timeoutSeconds: 3, memoryMb: 128, env: { QUEUE: name } }),
} as Partial<LambdaRuntime> as LambdaRuntime;

let lambda: Awaited<ReturnType<typeof serveScoped>>;
beforeAll(async () => {
  lambda = await serveScoped(
    createLambdaApi({
      prefix: 'mine-',
      runtime: () => runtime,
      environment: () => ({ BUCKET: 'b', AWS_REGION: 'eu-west-1' }),
      concurrency: 10,
    }),
  );
});
afterAll(() => lambda.close());

const pathOf = (name: string) => `/2015-03-31/functions/${name}/invocations`;

test('invokes the function behind the name that it has in the deployment', async () => {
  const { status, headers, text } = await lambda.call(pathOf('mine-store'), '{"a":1}');
  expect(status).toBe(200);
  expect(headers.get('x-amz-executed-version')).toBe('$LATEST');
  expect(headers.has('x-amz-function-error')).toBe(false);
  expect(JSON.parse(text)).toEqual({ name: 'store', event: { a: 1 } });
});

test('a function that fails is an answer', async () => {
  const { status, headers, text } = await lambda.call(pathOf('mine-store'), 'null');
  expect({ status, failed: headers.get('x-amz-function-error') }).toEqual({ status: 200, failed: 'Unhandled' });
  expect(JSON.parse(text)).toEqual({ errorType: 'Throttled', errorMessage: 'no' });
});

test('a function is described, without what Lambda itself adds to its environment', async () => {
  const path = '/2015-03-31/functions/mine-store/configuration';
  const { status, text } = await lambda.call(path, '', {}, 'GET');
  expect({ status, ...(JSON.parse(text) as object) }).toEqual({
    status: 200,
    FunctionName: 'mine-store',
    Handler: 'a.b',
    Timeout: 3,
    MemorySize: 128,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Environment: { Variables: { BUCKET: 'b', QUEUE: 'store' } },
  });
  expect(await lambda.call(path.replace('mine', 'yours'), '', {}, 'GET')).toMatchObject({ status: 404 });
});

test('the account says how many may run at once', async () => {
  const { text } = await lambda.call('/2016-08-19/account-settings', '', {}, 'GET');
  expect(JSON.parse(text)).toMatchObject({
    AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 },
  });
});

test.each([
  ['a function of another deployment', pathOf('yours-store'), '{}', {}, 404, 'ResourceNotFoundException'],
  ['what is no JSON', pathOf('mine-store'), '{', {}, 400, 'InvalidRequestContentException'],
  ['no waiting', pathOf('mine-store'), '{}', { 'x-amz-invocation-type': 'Event' }, 501, 'NotImplemented'],
  ['a tail of the log', pathOf('mine-store'), '{}', { 'x-amz-log-type': 'Tail' }, 501, 'NotImplemented'],
  ['a version', `${pathOf('mine-store')}?Qualifier=1`, '{}', {}, 501, 'NotImplemented'],
  ['another operation', '/2015-03-31/functions/mine-store/configuration', '{}', {}, 501, 'NotImplemented'],
])('refuses %s', async (_, path, body, headers, status, name) => {
  const answer = await lambda.call(path, body, headers);
  expect({ status: answer.status, name: answer.headers.get('x-amzn-errortype') }).toEqual({ status, name });
});
