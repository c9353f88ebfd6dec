import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../../../local/services/jsonService.ts';
import { machineOf, outcomeOf, roleArn, standIn, task, tokenArn } from './machines.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sfn-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const succeed = machineOf({ end: { Type: 'Succeed' } });

async function begin(stack: ReturnType<typeof standIn>, definition: string, name: string) {
  const { stateMachineArn = '' } = await stack.call('CreateStateMachine', { name: 'm', definition, roleArn });
  const { executionArn = '' } = await stack.call('StartExecution', { stateMachineArn, name });
  return { stateMachineArn, executionArn };
}

test('machines and closed executions survive a restart', async () => {
  const first = standIn({}, { dataDir });
  const { stateMachineArn, executionArn } = await begin(first, succeed, 'e');
  await first.idle();
  const before = await outcomeOf(first.call, executionArn);
  await first.close();

  const second = standIn({}, { dataDir });
  expect(await outcomeOf(second.call, executionArn)).toEqual(before);
  expect(await second.call('DescribeStateMachine', { stateMachineArn })).toMatchObject({ definition: succeed });
  await expect(begin(second, succeed, 'e')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await second.close();
});

test('what was running is listed as ABORTED, says why, and can be redriven; its token is known as closed', async () => {
  let token = '';
  const ask = (payload: Json) => ((token = payload as string), { payload: null });
  const first = standIn({ ask }, { dataDir });
  first.clock.hold();
  const Arguments = { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' };
  const definition = machineOf({ work: task('ask', { Resource: tokenArn, Arguments }) });
  const { stateMachineArn, executionArn } = await begin(first, definition, 'Bräu(1)');
  await first.close();
  await first.idle();

  const second = standIn({ ask }, { dataDir });
  const outcome = await outcomeOf(second.call, executionArn);
  expect(outcome).toMatchObject({ status: 'ABORTED', cause: expect.stringContaining('embedded stack stopped') });
  expect([outcome.types.at(0), outcome.types.at(-1)]).toEqual(['ExecutionStarted', 'ExecutionAborted']);
  const { executions } = await second.call('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' });
  expect(executions).toEqual([]);
  const late = second.call('SendTaskSuccess', { taskToken: token, output: '1' });
  await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });

  const before = token;
  await second.call('RedriveExecution', { executionArn });
  await expect.poll(() => token).not.toBe(before);
  await second.call('SendTaskSuccess', { taskToken: token, output: '1' });
  await second.idle();
  expect(await outcomeOf(second.call, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: 1 });
  await second.close();
});

test('one file each, no leftovers', async () => {
  const stack = standIn({}, { dataDir });
  await begin(stack, succeed, 'e');
  await stack.idle();
  await stack.close();
  for (const folder of ['stateMachines', 'executions']) {
    expect(await readdir(join(dataDir, folder))).toEqual([expect.stringMatching(/\.json$/)]);
  }
});
