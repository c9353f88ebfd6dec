import { setTimeout as realDelay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../local/services/jsonService.ts';
import { type Functions, machineOf, outcomeOf, roleArn, run, standIn, task, thrown, tokenArn } from './machines.ts';

const service = { resourceType: 'lambda', resource: 'invoke' };

describe('lambda:invoke', () => {
  test('passes the payload to the function of a name or an ARN, and answers as the integration does', async () => {
    const seen: [string, Json][] = [];
    const invoke = async (arn: string, payload: Json) => {
      seen.push([arn, payload]);
      return { payload: { n: 1 } };
    };
    const arn = 'arn:aws:lambda:eu-west-1:210987654321:function:g';
    const machine = machineOf({
      one: task('f', { Arguments: { FunctionName: 'f', Payload: { id: '{% $states.input.id %}' } }, Next: 'two' }),
      two: task(arn, { Output: '{% $states.input %}' }),
    });
    const outcome = await run(machine, { id: 7 }, {}, { invoke });
    expect(outcome.output).toEqual({ ExecutedVersion: '$LATEST', Payload: { n: 1 }, StatusCode: 200 });
    expect(seen).toEqual([
      ['arn:aws:lambda:us-east-1:123456789012:function:f', { id: 7 }],
      [arn, {}],
    ]);
  });

  test('writes the events of the service, each after the one before', async () => {
    const outcome = await run(
      machineOf({ work: task('f', { TimeoutSeconds: 60, Assign: { n: 1 } }) }),
      {},
      {
        f: () => ({ payload: 'ok' }),
      },
    );
    const output = JSON.stringify({ ExecutedVersion: '$LATEST', Payload: 'ok', StatusCode: 200 });
    const input = '{}';
    const whole = { truncated: false };
    const scheduled = {
      ...service,
      region: 'us-east-1',
      parameters: '{"FunctionName":"f","Payload":{}}',
      timeoutInSeconds: 60,
    };
    const variables = { assignedVariables: { n: '1' }, assignedVariablesDetails: whole };
    const exited = { name: 'work', output, outputDetails: whole, ...variables };
    expect(outcome.events.map((event) => ({ ...event, timestamp: undefined }))).toEqual([
      {
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input, inputDetails: whole, roleArn },
      },
      {
        id: 2,
        previousEventId: 0,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'work', input, inputDetails: whole },
      },
      { id: 3, previousEventId: 2, type: 'TaskScheduled', taskScheduledEventDetails: scheduled },
      { id: 4, previousEventId: 3, type: 'TaskStarted', taskStartedEventDetails: service },
      {
        id: 5,
        previousEventId: 4,
        type: 'TaskSucceeded',
        taskSucceededEventDetails: { ...service, output, outputDetails: whole },
      },
      { id: 6, previousEventId: 5, type: 'TaskStateExited', stateExitedEventDetails: exited },
      {
        id: 7,
        previousEventId: 6,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output, outputDetails: whole },
      },
    ]);
  });

  test('a failed function fails the execution with its error and cause', async () => {
    const failure = thrown('UnsupportedMedia', 'rec-1 is a text');
    const outcome = await run(machineOf({ work: task('f') }), {}, { f: () => failure });
    expect(outcome).toMatchObject({ status: 'FAILED', ...failure });
    expect(outcome.events[4]).toMatchObject({ type: 'TaskFailed', taskFailedEventDetails: { ...service, ...failure } });
    expect(outcome.types).not.toContain('TaskStateExited');
  });

  test('a timeout cannot pass while the function runs in real time', async () => {
    const f = () => realDelay(50, { payload: 'ok' });
    const outcome = await run(machineOf({ work: task('f', { TimeoutSeconds: 1 }) }), {}, { f });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', lasted: 0 });
  });

  test.each<[string, JsonObject]>([
    ['no function', { Payload: {} }],
    ['an argument the stand-in does not know', { FunctionName: 'f', Qualifier: 'live' }],
  ])('Arguments that an expression makes: %s', async (_, made) => {
    const Arguments = '{% $states.input %}';
    const outcome = await run(machineOf({ work: task('f', { Arguments }) }), made, { f: () => ({ payload: 1 }) });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('lambda:invoke.waitForTaskToken', () => {
  const waiting = (more: JsonObject = {}) =>
    task('ask', {
      Resource: tokenArn,
      Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
      ...more,
    });

  /** Starts a machine and answers what goes on: the tokens that were handed out, and the stand-in. */
  async function begin(definition: string, more: Functions = {}) {
    const tokens: string[] = [];
    const ask = (payload: Json) => {
      tokens.push((payload as { token: string }).token);
      return { payload: 'the answer of the function is not the result' };
    };
    const stack = standIn({ ask, ...more });
    const release = stack.clock.hold();
    const { stateMachineArn = '' } = await stack.call('CreateStateMachine', { name: 'm', definition, roleArn });
    const { executionArn = '' } = await stack.call('StartExecution', { stateMachineArn, name: 'e' });
    await realDelay(5);
    return {
      ...stack,
      tokens,
      release,
      executionArn,
      end: async () => {
        release();
        await stack.idle();
        return outcomeOf(stack.call, executionArn);
      },
    };
  }

  test('goes on with the output of SendTaskSuccess', async () => {
    const { call, tokens, end } = await begin(machineOf({ work: waiting() }));
    await call('SendTaskSuccess', { taskToken: tokens[0], output: '{"n":1}' });
    const outcome = await end();
    expect(outcome.output).toEqual({ n: 1 });
    expect(outcome.types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  });

  test('fails when the function fails before anyone answers', async () => {
    const ask = () => thrown('Throttled');
    const { end } = await begin(machineOf({ work: waiting() }), { ask });
    expect(await end()).toMatchObject({ status: 'FAILED', error: 'Throttled' });
  });

  test('the function may answer while it runs; what it comes to afterwards is of no account', async () => {
    const stack: { call?: ReturnType<typeof standIn>['call'] } = {};
    const ask = async (payload: Json) => {
      await stack.call?.('SendTaskSuccess', { taskToken: (payload as JsonObject)['token'], output: '"early"' });
      return thrown('TooLate');
    };
    const begun = await begin(machineOf({ before: { Type: 'Wait', Seconds: 1, Next: 'work' }, work: waiting() }), {
      ask,
    });
    stack.call = begun.call;
    expect(await begun.end()).toMatchObject({ status: 'SUCCEEDED', output: 'early' });
  });

  test('times out at TimeoutSeconds', async () => {
    const { end } = await begin(machineOf({ work: waiting({ TimeoutSeconds: 100 }) }));
    const outcome = await end();
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout', lasted: 100_000 });
    expect(outcome.events.at(-2)).toMatchObject({
      type: 'TaskTimedOut',
      taskTimedOutEventDetails: { error: 'States.Timeout' },
    });
  });

  test('a retry gets a new token, and the old one is closed', async () => {
    const Retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 5 }];
    const { call, clock, tokens, end } = await begin(machineOf({ work: waiting({ TimeoutSeconds: 60, Retry }) }));
    const late = (async () => {
      await clock.sleep(70_000);
      await expect(call('SendTaskSuccess', { taskToken: tokens[0], output: '1' })).rejects.toMatchObject({
        name: 'TaskTimedOut',
      });
      await call('SendTaskSuccess', { taskToken: tokens[1], output: '2' });
    })();
    expect(await end()).toMatchObject({ output: 2, lasted: 70_000 });
    await late;
    expect(new Set(tokens).size).toBe(2);
  });

  test('tokens are refused by the kind of mistake', async () => {
    const { call, tokens, end } = await begin(machineOf({ work: waiting() }));
    const taskToken = tokens[0] ?? '';
    const unknown = Buffer.from(JSON.stringify(['arn:aws:states:us-east-1:1:execution:m:other', 'ab'])).toString(
      'base64',
    );
    const large = `"${'é'.repeat(131_072)}"`;
    const refusals: [JsonObject, string][] = [
      [{ taskToken: 'nonsense', output: '1' }, 'InvalidToken'],
      [{ taskToken: unknown, output: '1' }, 'TaskDoesNotExist'],
      [{ taskToken, output: '{' }, 'InvalidOutput'],
      [{ taskToken }, 'ValidationException'],
      [{ taskToken, output: large }, 'ValidationException'],
      [{ taskToken: 'x'.repeat(2049), output: '1' }, 'ValidationException'],
      [{ output: '1' }, 'ValidationException'],
    ];
    for (const [input, name] of refusals) {
      await expect(call('SendTaskSuccess', input)).rejects.toMatchObject({ name });
    }
    expect(taskToken.length).toBeLessThanOrEqual(2048);
    await call('SendTaskSuccess', { taskToken, output: '"ok"' });
    await expect(call('SendTaskSuccess', { taskToken, output: '1' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect((await end()).output).toBe('ok');
  });

  test('a machine that takes too long ends as TIMED_OUT, and so does its task', async () => {
    const { call, tokens, end } = await begin(machineOf({ work: waiting() }, { TimeoutSeconds: 300 }));
    const outcome = await end();
    expect(outcome).toMatchObject({ status: 'TIMED_OUT', lasted: 300_000 });
    expect(outcome.events.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
    await expect(call('SendTaskSuccess', { taskToken: tokens[0], output: '1' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });
});
