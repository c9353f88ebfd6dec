import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executionArn } from '../../../local/replay/execution.ts';
import { realClock } from '../../../local/services/clock.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';
import { run } from '../command.ts';

let product: TestStack;
beforeAll(async () => {
  // The jobs outlast the test.
  product = await TestStack.start({ clock: realClock(), jobDelayMs: 3_600_000 });
});
afterAll(() => product.stop());

const stuck = (...args: string[]) => run('local/commands/stuck.ts', args, product.stack.env);

test('nothing is stuck where nothing has begun', async () => {
  expect(await stuck()).toEqual({ code: 0, stdout: 'nothing is stuck\n', stderr: '' });
});

test('executions that wait, rows without a running execution and dead messages are shown, each with its remedy', async () => {
  const [waiting, stopped] = [await product.upload(visit('waiting')), await product.upload(visit('stopped'))];
  for (const { recordingId } of [waiting, stopped]) {
    await expect.poll(async () => (await product.recording(recordingId))?.['status']).toBe('transcribing');
  }
  const { clients } = product.deployment;
  const stop = new StopExecutionCommand({ executionArn: executionArn(product.deployment, stopped.recordingId) });
  await clients.sfn.send(stop);
  const dead = ['JobEventsDead', 'MeetingEventsDead'].map(
    (wanted) => product.stack.deployment.queues.find(({ id }) => id === wanted)?.name ?? '',
  );
  for (const QueueName of dead) {
    const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  }

  const usual = await stuck();
  expect(usual.code).toBe(1);
  expect(usual.stdout).not.toContain(waiting.recordingId);
  expect(usual.stdout).toMatch(
    new RegExp(
      `${stopped.recordingId} says transcribing since \\S+, and its execution does not run: ABORTED\n  -> redrive`,
    ),
  );
  for (const name of dead)
    expect(usual.stdout).toContain(`${name} holds 1 message that nobody could handle\n  -> mend the cause`);
  expect(usual.stdout).toMatch(/3 things stuck\n$/);
  expect(usual.stderr).toBe('');

  await run('local/commands/reprocess.ts', [stopped.recordingId], product.stack.env);
  await expect.poll(() => product.recording(`${stopped.recordingId}-r2`)).toBeDefined();
  const { stdout } = await stuck('--hours', '0');
  expect(stdout).not.toContain(`${stopped.recordingId} says`);
  expect(stdout).toMatch(new RegExp(`${waiting.recordingId} has been running for 0\\.0 hours, in awaitTranscription`));
});

test('a queue that the environment does not name is said', async () => {
  const { stderr } = await run('local/commands/stuck.ts', [], { ...product.stack.env, MEETING_QUEUE: '' });
  expect(stderr).toBe('stuck: MEETING_QUEUE is not set: dead events of meetings are not looked for\n');
});

test.each<[args: string[], message: string]>([
  [['--hours', 'many'], '--hours many is no number of hours'],
  [['all'], 'Unexpected argument'],
  [[], 'the environment does not set RECORDINGS_BUCKET'],
])('stuck %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await run('local/commands/stuck.ts', args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`stuck: ${message}`);
});
