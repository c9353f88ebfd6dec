import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Clock, realClock } from '../../../../local/services/clock.ts';
import { Faults } from '../../../../local/services/faults.ts';
import type { Json } from '../../../../local/services/jsonService.ts';
import {
  createLambda,
  type FunctionDefinition,
  type LambdaRuntime,
} from '../../../../local/services/lambda/runtime.ts';
import { failureOf } from '../../testClock.ts';

const root = new URL('../../../../', import.meta.url);

const define = (name: string, more: Partial<FunctionDefinition> = {}): FunctionDefinition => ({
  name,
  handler: `test/local/services/lambda/handlers/kinds.${name}`,
  timeoutSeconds: 20,
  memoryMb: 256,
  ...more,
});
const functions = [
  ...['echo', 'nothing', 'context', 'fail', 'failWithText', 'crash', 'rejectLater', 'pause', 'talk', 'keep'].map(
    (name) => define(name),
  ),
  ...['large', 'circular', 'callback', 'missing', 'notAFunction'].map((name) => define(name)),
  ...['slow', 'block'].map((name) => define(name, { timeoutSeconds: 1 })),
  define('keysOfA', { handler: 'test/local/services/lambda/handlers/kinds.keys', env: { AWS_ACCESS_KEY_ID: 'AKIAA' } }),
  define('keysOfB', { handler: 'test/local/services/lambda/handlers/kinds.keys', env: { AWS_ACCESS_KEY_ID: 'AKIAB' } }),
  define('environmentA', { handler: 'test/local/services/lambda/handlers/kinds.environment', env: { ONLY: 'A' } }),
  define('environmentB', { handler: 'test/local/services/lambda/handlers/kinds.environment' }),
  define('broken', { handler: 'test/local/services/lambda/handlers/broken.handler' }),
  define('noModule', { handler: 'test/local/services/lambda/handlers/nowhere.handler' }),
];

let lines: string[];
let busy: number;
let lambda: LambdaRuntime;
beforeEach(async () => {
  lines = [];
  busy = 0;
  const clock: Clock = {
    ...realClock(),
    busy: (work) => {
      busy += 1;
      return work.finally(() => (busy -= 1));
    },
  };
  lambda = await createLambda({
    root,
    clock,
    env: { AWS_REGION: 'eu-west-1', COMMON: 'yes' },
    accountId: '111122223333',
    functions,
    onLog: (line) => lines.push(line),
  });
});
afterEach(() => lambda.close());

const payloadOf = async (name: string, event: Json = {}) => {
  const answer = await lambda.invoke(name, event);
  if (!('payload' in answer)) throw new Error(answer.cause);
  return answer.payload;
};
const failureIn = async (name: string, event: Json = {}) => {
  const answer = await lambda.invoke(name, event);
  if ('payload' in answer) throw new Error('expected a failure');
  return {
    error: answer.error,
    ...(JSON.parse(answer.cause) as { errorMessage: string; errorType: string; trace: string[] }),
  };
};

test.each([
  ['a name', 'echo'],
  ['a qualified name', 'echo:$LATEST'],
  ['an ARN', 'arn:aws:lambda:eu-west-1:111122223333:function:echo'],
  ['a qualified ARN', 'arn:aws:lambda:eu-west-1:111122223333:function:echo:$LATEST'],
])('a function is called by %s and answers what it returns', async (_, name) => {
  expect(await payloadOf(name, { text: 'größe', list: [1, null] })).toEqual({ text: 'größe', list: [1, null] });
});

test('a function that returns nothing answers null', async () => {
  expect(await payloadOf('nothing')).toBeNull();
});

test('a function that is not there is the error of the service', async () => {
  expect(await failureOf(lambda.invoke('nobody', {}))).toMatchObject({
    name: 'ResourceNotFoundException',
    status: 404,
  });
});

test('the context says what a function may know of itself', async () => {
  const context = await payloadOf('context');
  expect(context).toMatchObject({
    functionName: 'context',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:context',
    memoryLimitInMB: '256',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
  const { remaining } = context as { remaining: number };
  expect(remaining).toBeGreaterThan(10_000);
  expect(remaining).toBeLessThanOrEqual(20_000);
});

describe('each function', () => {
  test('has an environment of its own, without that of the process, also while others run', async () => {
    vi.stubEnv('SECRET_OF_THE_HOST', 'x');
    const [a, b] = await Promise.all([payloadOf('environmentA'), payloadOf('environmentB')]);
    expect(a).toEqual({
      AWS_REGION: 'eu-west-1',
      COMMON: 'yes',
      ONLY: 'A',
      SEEN: 'by environmentA',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'environmentA',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/environmentA',
      _HANDLER: 'test/local/services/lambda/handlers/kinds.environment',
    });
    expect(b).toMatchObject({ SEEN: 'by environmentB' });
    expect(b).not.toHaveProperty('ONLY');
    vi.unstubAllEnvs();
  });

  test('has module state of its own, which lives from call to call', async () => {
    const first = await Promise.all(['keysOfA', 'keysOfB'].map((name) => payloadOf(name)));
    expect(first).toEqual([
      { key: 'AKIAA', uses: 1, importedBy: 'keysOfA' },
      { key: 'AKIAB', uses: 1, importedBy: 'keysOfB' },
    ]);
    expect(await payloadOf('keysOfA')).toEqual({ key: 'AKIAA', uses: 2, importedBy: 'keysOfA' });
  });
});

describe('a failure', () => {
  test('of a function has its name, message and trace', async () => {
    const failure = await failureIn('fail');
    expect(failure).toMatchObject({
      error: 'RecordingEmpty',
      errorType: 'RecordingEmpty',
      errorMessage: 'rec-1 has no audio',
    });
    expect(failure.trace.join('\n')).toContain('handlers/kinds.ts');
  });

  test.each([
    ['a thrown text', 'failWithText', 'string', 'just text'],
    ['an export that is not there', 'missing', 'Runtime.HandlerNotFound', 'kinds.missing is undefined'],
    ['an export that is no function', 'notAFunction', 'Runtime.HandlerNotFound', 'kinds.notAFunction'],
    ['a module that is not there', 'noModule', 'Runtime.ImportModuleError', 'nowhere'],
    ['a module that throws', 'broken', 'Runtime.ImportModuleError', 'cannot be imported'],
    ['a handler with a callback', 'callback', 'Runtime.CallbackHandlerDeprecated', 'must be async'],
    ['an answer above 6 MB', 'large', 'Function.ResponseSizeTooLarge', '6291556 bytes'],
    ['an answer without JSON', 'circular', 'Runtime.MarshalError', 'Unable to stringify'],
  ])('%s', async (_, name, error, message) => {
    expect(await failureIn(name)).toMatchObject({
      error,
      errorType: error,
      errorMessage: expect.stringContaining(message) as string,
    });
  });

  test('of the caller: an event above 6 MB', async () => {
    const error = await failureOf(lambda.invoke('echo', 'x'.repeat(6 * 1024 * 1024)));
    expect(error).toMatchObject({ name: 'RequestTooLargeException', status: 413 });
  });
});

describe('a timeout', () => {
  test.each(['slow', 'block'])('ends a function that is %s, and the next call works', async (name) => {
    await payloadOf('echo');
    expect(await failureIn(name)).toMatchObject({
      error: 'Sandbox.Timedout',
      errorMessage: 'Task timed out after 1.00 seconds',
    });
    expect(await payloadOf('echo', 'still here')).toBe('still here');
  });

  test('does not take the others with it', async () => {
    const other = payloadOf('pause', { ms: 1500 });
    expect(await failureIn('slow')).toMatchObject({ error: 'Sandbox.Timedout' });
    expect(await other).toBe('rested');
  });
});

test('whoever disturbs is told of a timeout, and of no other end', async () => {
  const ended: string[] = [];
  const faults = new Faults();
  faults.disturber = {
    call: () => undefined,
    outcome() {},
    invocation: ({ id, functionName }) => void ended.push(`${functionName} ${id}`),
    timedOut: (id) => void ended.push(`timed out ${id}`),
    event: () => [0],
  };
  const own = await createLambda({ root, clock: realClock(), env: {}, functions, faults, onLog: () => {} });
  await own.invoke('fail', {});
  await own.invoke('slow', {});
  await own.close();
  const [, slow = ''] = ended;
  expect(ended).toEqual([expect.stringMatching(/^fail /), slow, slow.replace('slow', 'timed out')]);
});

describe('a step that keeps its thread', () => {
  test('holds up no other: what the thread does not take is run once, in another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keep-'));
    const until = join(folder, 'go-on');
    const kept = payloadOf('keep', { until });
    await payloadOf('talk');
    await writeFile(until, '');
    expect(await kept).toBe('let go');
    expect(await payloadOf('echo', 'still here')).toBe('still here');
    await expect.poll(() => lines.toSorted()).toEqual(['one', 'three', 'two']);
    await rm(folder, { recursive: true });
  });
});

describe('a crash', () => {
  test.each([
    ['by exit', 'crash', 'exit status 3'],
    ['by a rejection that nobody handles', 'rejectLater', 'exit status 1'],
  ])('%s fails what was under way, and the next call works', async (_, name, message) => {
    await payloadOf('echo');
    const other = failureIn('pause', { ms: 5000 });
    const failures = await Promise.all([failureIn(name), other]);
    for (const failure of failures) {
      expect(failure.error).toBe('Runtime.ExitError');
      expect(failure.errorMessage).toContain(message);
    }
    expect(await payloadOf('echo', 'still here')).toBe('still here');
  });
});

test('what handlers print arrives line by line', async () => {
  await payloadOf('talk');
  await expect.poll(() => lines.toSorted()).toEqual(['one', 'three', 'two']);
});

test('an invocation is busy work of the clock until it has answered', async () => {
  const call = payloadOf('pause', { ms: 200 });
  await delay(50);
  expect(busy).toBe(1);
  await call;
  expect(busy).toBe(0);
});

test('usage counts calls, time and the CPU of the worker', async () => {
  await Promise.all([payloadOf('pause', { ms: 100 }), payloadOf('echo'), failureIn('fail')]);
  const usage = lambda.usage();
  expect(usage.invocations).toBe(3);
  expect(usage.cpuMs).toBeGreaterThan(1);
  expect(usage.functions['pause']?.wallMs).toBeGreaterThanOrEqual(100);
  expect(usage.functions['fail']?.invocations).toBe(1);
  expect(usage.functions['nothing']).toEqual({ invocations: 0, wallMs: 0 });
});

test('closing ends what is under way', async () => {
  await payloadOf('echo');
  const call = failureIn('pause', { ms: 60_000 });
  await lambda.close();
  expect((await call).error).toBe('Runtime.ExitError');
});
