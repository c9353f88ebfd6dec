import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../local/services/jsonService.ts';
import type { InvokeResult } from '../../../../local/services/stepFunctions/stepFunctions.ts';
import { machineOf, outcomeOf, roleArn, standIn, task, thrown, tokenArn } from './machines.ts';

const machineName = 'm';
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function begin(stack: ReturnType<typeof standIn>, definition: string, input: Json = {}) {
  const { stateMachineArn = '' } = await stack.call('CreateStateMachine', { name: machineName, definition, roleArn });
  const { executionArn = '' } = await stack.call('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
  await stack.idle();
  return executionArn;
}

const day = 24 * 3600 * 1000;
const twoSteps = machineOf({
  first: task('count', { Assign: { kept: '{% $states.input.n %}' }, Output: { from: 'first' }, Next: 'second' }),
  second: task('flaky', { Output: { kept: '{% $kept %}', input: '{% $states.input %}' } }),
});

describe('RedriveExecution', () => {
  test('goes on at the state that failed, with its input and variables, and nothing before it again', async () => {
    const calls: string[] = [];
    const flaky = (): InvokeResult => (calls.push('flaky') > 2 ? { payload: 1 } : thrown('Broken'));
    const stack = standIn({ count: () => (calls.push('count'), { payload: 1 }), flaky });
    const executionArn = await begin(stack, twoSteps, { n: 7 });
    expect(await stack.call('DescribeExecution', { executionArn })).toMatchObject({
      status: 'FAILED',
      redriveStatus: 'REDRIVABLE',
    });

    await stack.clock.sleep(14 * day);
    const { redriveDate } = await stack.call('RedriveExecution', { executionArn });
    await stack.idle();
    expect(redriveDate).toBe(stack.clock.now() / 1000);
    const outcome = await outcomeOf(stack.call, executionArn);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { kept: 7, input: { from: 'first' } } });
    expect(outcome.error).toBeUndefined();
    expect(calls).toEqual(['count', 'flaky', 'flaky']);
    expect(outcome.types.slice(-6)).toEqual([
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(outcome.events.map(({ id }) => id)).toEqual(outcome.events.map((_, index) => index + 1));
    expect(await stack.call('DescribeExecution', { executionArn })).toMatchObject({ redriveCount: 1, redriveDate });
  });

  test('not later than 14 days after the end, not when it succeeded', async () => {
    const stack = standIn({ count: () => ({ payload: 1 }), flaky: () => thrown('Broken') });
    const failed = await begin(stack, twoSteps, { n: 7 });
    await stack.clock.sleep(14 * day + 1);
    const refused = { name: 'ExecutionNotRedrivable' };
    await expect(stack.call('RedriveExecution', { executionArn: failed })).rejects.toMatchObject(refused);
    const other = standIn();
    const succeeded = await begin(other, machineOf({ end: { Type: 'Succeed' } }));
    await expect(other.call('RedriveExecution', { executionArn: succeeded })).rejects.toMatchObject(refused);
  });

  test('into a Map is not part of the stand-in, and says so', async () => {
    const one = task('f');
    const each: JsonObject = { Type: 'Map', Items: [1], ItemProcessor: { StartAt: 'one', States: { one } }, End: true };
    const stack = standIn({ f: () => thrown('Broken') });
    const executionArn = await begin(stack, machineOf({ each }));
    const refused = { name: 'NotImplemented', message: expect.stringContaining('RedriveExecution') };
    await expect(stack.call('RedriveExecution', { executionArn })).rejects.toMatchObject(refused);
  });
});

describe('dataDir', () => {
  async function folder(): Promise<string> {
    const made = await mkdtemp(join(tmpdir(), 'sfn-'));
    folders.push(made);
    return made;
  }

  test('machines and closed executions survive a restart, and a failed one can be redriven after it', async () => {
    const dataDir = await folder();
    const first = standIn({ count: () => ({ payload: 1 }), flaky: () => thrown('Broken') }, { dataDir });
    const executionArn = await begin(first, twoSteps, { n: 7 });
    const before = await outcomeOf(first.call, executionArn);
    await first.close();

    const second = standIn({ flaky: () => ({ payload: 1 }) }, { dataDir });
    expect(await outcomeOf(second.call, executionArn)).toEqual(before);
    expect(await second.call('ListStateMachines', {})).toMatchObject({ stateMachines: [{ name: machineName }] });
    await second.call('RedriveExecution', { executionArn });
    await second.idle();
    expect(await outcomeOf(second.call, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: { kept: 7 } });
    await second.close();
  });

  test('what was running is listed as ABORTED and says why; its token is known as closed', async () => {
    const dataDir = await folder();
    let token = '';
    const ask = (payload: Json) => ((token = payload as string), { payload: null });
    const first = standIn({ ask }, { dataDir });
    first.clock.hold();
    const Arguments = { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' };
    const definition = machineOf({ work: task('ask', { Resource: tokenArn, Arguments }) });
    const { stateMachineArn = '' } = await first.call('CreateStateMachine', { name: machineName, definition, roleArn });
    const { executionArn = '' } = await first.call('StartExecution', { stateMachineArn, name: 'Bräu(1)' });
    await first.close();
    await first.idle();

    const second = standIn({}, { dataDir });
    const outcome = await outcomeOf(second.call, executionArn);
    expect(outcome).toMatchObject({ status: 'ABORTED', cause: expect.stringContaining('embedded stack stopped') });
    expect(outcome.types).toEqual(['ExecutionStarted', 'ExecutionAborted']);
    const { executions } = await second.call('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' });
    expect(executions).toEqual([]);
    const late = second.call('SendTaskSuccess', { taskToken: token, output: '1' });
    await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await second.close();
  });

  test('one file each, no leftovers, gone with the machine', async () => {
    const dataDir = await folder();
    const stack = standIn({}, { dataDir });
    await begin(stack, machineOf({ end: { Type: 'Succeed' } }));
    await stack.call('DeleteStateMachine', { stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m' });
    await stack.close();
    expect(await readdir(join(dataDir, 'stateMachines'))).toEqual([]);
    expect(await readdir(join(dataDir, 'executions'))).toEqual([expect.stringMatching(/\.json$/)]);
  });
});
