import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../../../local/services/jsonService.ts';
import { machineOf, outcomeOf, roleArn, standIn, task, thrown, tokenArn } from './machines.ts';

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

/** Takes the process away: what is on disk stays, and nothing more of it is written. */
const killed = (stack: ReturnType<typeof standIn>) => stack.close();

test('a task that waits for its token goes on with the same token, and is not submitted again', async () => {
  const tokens: string[] = [];
  const ask = (payload: Json) => (tokens.push(payload as string), { payload: null });
  const first = standIn({ ask }, { dataDir });
  first.clock.hold();
  const Arguments = { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' };
  const definition = machineOf({ work: task('ask', { Resource: tokenArn, Arguments }) });
  const { executionArn } = await begin(first, definition, 'Bräu(1)');
  await expect.poll(async () => (await outcomeOf(first.call, executionArn)).types.at(-1)).toBe('TaskSubmitted');
  await killed(first);

  const second = standIn({ ask }, { dataDir });
  second.clock.hold();
  second.resume();
  expect(await outcomeOf(second.call, executionArn)).toMatchObject({ status: 'RUNNING' });
  await second.call('SendTaskSuccess', { taskToken: tokens[0] ?? '', output: '1' });
  await second.idle();
  const outcome = await outcomeOf(second.call, executionArn);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: 1 });
  expect(outcome.types).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(tokens).toHaveLength(1);
  await second.close();
});

test('an answer that was taken is not lost, though nothing had come of it yet', async () => {
  let token = '';
  const ask = (payload: Json) => ((token = payload as string), { payload: null });
  const first = standIn({ ask }, { dataDir });
  first.clock.hold();
  const Arguments = { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' };
  const definition = machineOf({ work: task('ask', { Resource: tokenArn, Arguments }) });
  const { executionArn } = await begin(first, definition, 'e');
  await expect.poll(() => token).not.toBe('');
  // The process dies with the answer: the execution has no time to go on.
  const answered = first.call('SendTaskSuccess', { taskToken: token, output: '{"a":1}' });
  const closed = killed(first);
  await Promise.all([answered, closed]);

  const second = standIn({ ask: () => Promise.reject(new Error('asked again')) }, { dataDir });
  second.resume();
  await second.idle();
  expect(await outcomeOf(second.call, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
  await second.close();
});

test('a state that was under way is entered again, with its variables and the retries that it has left', async () => {
  const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 100, BackoffRate: 1, MaxAttempts: 2 }];
  const definition = machineOf({
    first: task('first', { Assign: { seen: '{% $states.result.Payload %}' }, Next: 'second' }),
    second: task('second', { Retry, Output: '{% [$seen, $states.result.Payload] %}' }),
  });
  let calls = 0;
  const busy = () => ((calls += 1), thrown('Busy'));
  const first = standIn({ first: () => ({ payload: 'kept' }), second: busy }, { dataDir });
  first.clock.hold();
  const { executionArn } = await begin(first, definition, 'e');
  await expect.poll(async () => (await outcomeOf(first.call, executionArn)).types.at(-1)).toBe('TaskFailed');
  await killed(first);

  const second = standIn({ second: () => (calls++ < 2 ? thrown('Busy') : { payload: 'done' }) }, { dataDir });
  second.resume();
  await second.idle();
  const outcome = await outcomeOf(second.call, executionArn);
  expect(calls).toBe(3);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: ['kept', 'done'] });
  expect(outcome.types.filter((type) => type === 'TaskStateEntered')).toHaveLength(2);
  expect(outcome.events.map(({ id }) => id)).toEqual(outcome.events.map((_, index) => index + 1));
  await second.close();
});

test('retries that were used up before stay used up', async () => {
  const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 100, MaxAttempts: 1 }];
  const definition = machineOf({ work: task('work', { Retry }) });
  let calls = 0;
  const first = standIn({ work: () => ((calls += 1), thrown('Busy')) }, { dataDir });
  const release = first.clock.hold();
  const { executionArn } = await begin(first, definition, 'e');
  await expect.poll(async () => (await outcomeOf(first.call, executionArn)).types.at(-1)).toBe('TaskFailed');
  await killed(first);
  release();
  const second = standIn({ work: () => ((calls += 1), thrown('Busy')) }, { dataDir });
  second.resume();
  await second.idle();
  expect(await outcomeOf(second.call, executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'Busy',
    lasted: 100_000,
  });
  expect(calls).toBe(2);
  await second.close();
});

test('a wait ends when it would have ended, and a wait that is over is over', async () => {
  const definition = machineOf({ wait: { Type: 'Wait', Seconds: 3600, Next: 'end' }, end: { Type: 'Succeed' } });
  const first = standIn({}, { dataDir });
  first.clock.hold();
  const { executionArn } = await begin(first, definition, 'e');
  await killed(first);
  const second = standIn({}, { dataDir });
  second.clock.jump(1_800_000);
  second.resume();
  await second.idle();
  expect(await outcomeOf(second.call, executionArn)).toMatchObject({ status: 'SUCCEEDED', lasted: 3_600_000 });
  await second.close();
});

test('a Map that was under way is run again as a whole', async () => {
  let isDead = false;
  const definition = machineOf({
    map: {
      Type: 'Map',
      Items: [1, 2, 3],
      End: true,
      ItemProcessor: {
        StartAt: 'work',
        States: {
          work: task('work', {
            Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
            Output: '{% $states.result.Payload %}',
          }),
        },
      },
    },
  });
  let calls = 0;
  const never = new Promise<{ payload: null }>(() => {});
  const work = (payload: Json) => ((calls += 1), payload === 3 && !isDead ? never : { payload });
  const first = standIn({ work }, { dataDir });
  const { executionArn } = await begin(first, definition, 'e');
  await expect.poll(() => calls).toBe(3);
  await killed(first);
  isDead = true;
  const second = standIn({ work }, { dataDir });
  second.resume();
  await second.idle();
  const outcome = await outcomeOf(second.call, executionArn);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: [1, 2, 3] });
  expect(outcome.types.filter((type) => type === 'MapIterationStarted')).toHaveLength(3);
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
