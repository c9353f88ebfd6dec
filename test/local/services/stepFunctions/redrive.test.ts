import * as sfn from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../local/services/jsonService.ts';
import { serve } from '../../serve.ts';
import { clientConfig } from '../../testClock.ts';
import { type Functions, machineOf, outcomeOf, roleArn, standIn, task, thrown } from './machines.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A machine that has been started, and what an operator does with its execution. */
async function started(definition: string, functions: Functions, input: Json = {}) {
  const stack = standIn(functions);
  const { clock, call } = stack;
  const { endpoint, close } = await serve(stack.service, clock);
  const client = new sfn.SFNClient(clientConfig(endpoint, 'us-east-1'));
  closing.push(() => stack.close(), close);
  const { stateMachineArn = '' } = await call('CreateStateMachine', { name: 'm', definition, roleArn });
  const { executionArn: arn } = await call('StartExecution', {
    stateMachineArn,
    name: 'e',
    input: JSON.stringify(input),
  });
  const executionArn = arn as string;
  return {
    ...stack,
    stop: (more = {}) => client.send(new sfn.StopExecutionCommand({ executionArn, ...more })),
    redrive: (more = {}) => client.send(new sfn.RedriveExecutionCommand({ executionArn, ...more })),
    describe: () => client.send(new sfn.DescribeExecutionCommand({ executionArn })),
    outcome: async () => {
      await stack.idle();
      return outcomeOf(call, executionArn);
    },
  };
}

/** Two tasks with a variable between them: the second fails as often as it is told to. */
function twoTasks(failures: number) {
  const called: Json[] = [];
  const functions: Functions = {
    first: () => ({ payload: 'one' }),
    second: (payload) => {
      called.push(payload);
      return called.length <= failures ? thrown('Broken') : { payload: 'two' };
    },
  };
  const second = task('second', {
    Arguments: {
      FunctionName: 'second',
      Payload:
        '{% {"in": $states.input, "kept": $kept, "redriven": $states.context.Execution.RedriveCount, "retries": $states.context.State.RetryCount} %}',
    },
    Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 1, MaxAttempts: 1 }],
  });
  const first = task('first', {
    Next: 'second',
    Assign: { kept: '{% $states.result.Payload %}' },
    Output: '{% $states.result.Payload %}',
  });
  return { definition: machineOf({ first, second }), functions, called };
}

describe('an execution that failed', () => {
  test('goes on in the state that failed, with its input and variables, and no finished state runs again', async () => {
    const { definition, functions, called } = twoTasks(2);
    const run = await started(definition, functions);
    expect(await run.outcome()).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(await run.describe()).toMatchObject({ redriveCount: 0, redriveStatus: 'REDRIVABLE' });

    const { redriveDate } = await run.redrive();
    const outcome = await run.outcome();
    expect(outcome.status).toBe('SUCCEEDED');
    expect(outcome.error).toBeUndefined();
    const once = { in: 'one', kept: 'one' };
    expect(called).toEqual([
      { ...once, redriven: 0, retries: 0 },
      { ...once, redriven: 0, retries: 1 },
      { ...once, redriven: 1, retries: 0 },
    ]);
    const failed = outcome.types.indexOf('ExecutionFailed');
    expect(outcome.types.slice(failed)).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    const [redriven, scheduled] = outcome.events.slice(failed + 1);
    expect(redriven).toMatchObject({ executionRedrivenEventDetails: { redriveCount: 1 } });
    expect(scheduled?.previousEventId).toBe(redriven?.id);
    expect(await run.describe()).toMatchObject({ redriveCount: 1, redriveDate, redriveStatus: 'NOT_REDRIVABLE' });
  });

  test('can be redriven again, and each call counts once though it is repeated', async () => {
    const { definition, functions, called } = twoTasks(4);
    const run = await started(definition, functions);
    await run.outcome();
    const first = await run.redrive({ clientToken: 'a' });
    await run.outcome();
    expect(await run.redrive({ clientToken: 'a' })).toMatchObject({ redriveDate: first.redriveDate });
    expect(called).toHaveLength(4);
    await run.redrive({ clientToken: 'b' });
    expect(await run.outcome()).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run.describe()).toMatchObject({ redriveCount: 2 });
  });

  test('in a Fail state enters it again and fails again', async () => {
    const run = await started(machineOf({ no: { Type: 'Fail', Error: 'No' } }), {});
    await run.outcome();
    await run.redrive();
    const outcome = await run.outcome();
    expect(outcome.types.slice(-3)).toEqual(['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed']);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'No' });
  });

  test('inside a Map is refused by name', async () => {
    const states = { inner: task('broken') };
    const map = { Type: 'Map', Items: [1], ItemProcessor: { StartAt: 'inner', States: states }, End: true };
    const run = await started(machineOf({ each: map }), { broken: () => thrown('Broken') });
    await run.outcome();
    await expect(run.redrive()).rejects.toThrow('stopped in the Map state each is not part of the embedded stack');
  });
});

describe('an execution that waits', () => {
  const wait = { Type: 'Wait', Seconds: 600, End: true };

  test('is aborted, and waits once more when it is redriven', async () => {
    const run = await started(machineOf({ before: { Type: 'Pass', Next: 'wait' }, wait }), {});
    const go = run.clock.hold();
    const { stopDate } = await run.stop({ error: 'Operator', cause: 'by hand' });
    expect(await run.describe()).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'by hand', stopDate });
    expect(await run.stop()).toMatchObject({ stopDate });
    await run.redrive();
    expect((await run.describe()).stopDate).toBeUndefined();
    go();
    const outcome = await run.outcome();
    expect(outcome.status).toBe('SUCCEEDED');
    expect(outcome.lasted).toBe(600_000);
    expect(outcome.types).toContain('ExecutionAborted');
  });

  test('longer than it may has a whole timeout again', async () => {
    const run = await started(machineOf({ wait: { ...wait, Seconds: 60 } }, { TimeoutSeconds: 30 }), {});
    expect(await run.outcome()).toMatchObject({ status: 'TIMED_OUT', lasted: 30_000 });
    await run.redrive();
    expect(await run.outcome()).toMatchObject({ status: 'TIMED_OUT', lasted: 60_000 });
  });

  test('cannot be redriven while it runs, nor once it has succeeded', async () => {
    const run = await started(machineOf({ wait }), {});
    const go = run.clock.hold();
    await expect(run.redrive()).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
    go();
    await run.outcome();
    await expect(run.redrive()).rejects.toThrow('Execution is SUCCEEDED and cannot be redriven');
  });

  test('cannot be redriven more than 14 days after its end', async () => {
    const run = await started(machineOf({ wait }), {});
    await run.stop();
    await run.clock.sleep(14 * 86_400_000);
    expect(await run.describe()).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    await run.clock.sleep(1);
    const redriveStatusReason = 'Execution redrivable period has expired';
    expect(await run.describe()).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason });
    await expect(run.redrive()).rejects.toThrow(redriveStatusReason);
  });
});

test('an execution that is not there can be neither stopped nor redriven', async () => {
  const run = await started(machineOf({ end: { Type: 'Succeed' } }), {});
  const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:m:other';
  await expect(run.stop({ executionArn })).rejects.toBeInstanceOf(sfn.ExecutionDoesNotExist);
  await expect(run.redrive({ executionArn })).rejects.toBeInstanceOf(sfn.ExecutionDoesNotExist);
});
