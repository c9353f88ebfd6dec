import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../../../local/services/clock.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';
import { run } from '../command.ts';

let product: TestStack;
let dead: { recordings: string; jobs: string };
beforeAll(async () => {
  product = await TestStack.start({ clock: realClock() });
  const nameOf = (id: string) => product.stack.deployment.queues.find((queue) => queue.id === id)?.name ?? '';
  dead = { recordings: nameOf('RecordingEventsDead'), jobs: nameOf('JobEventsDead') };
});
afterAll(() => product.stop());

const redrive = (args: string[], more: Record<string, string> = {}) =>
  run('local/commands/redrive.ts', args, { ...product.stack.env, ...more });
const bury = (QueueUrl: string, MessageBody: string) =>
  product.deployment.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

test('an event that nobody could handle starts its recording once it is moved back, and only once', async () => {
  await product.switchRule('RecordingCreated', 'DISABLED');
  const { recordingId, bucket, key, etag, size, versionId } = await product.upload(visit('buried'));
  await product.switchRule('RecordingCreated', 'ENABLED');
  const object = { key, size, etag, 'version-id': versionId };
  const event = { 'detail-type': 'Object Created', source: 'aws.s3', detail: { bucket: { name: bucket }, object } };
  for (let copies = 0; copies < 3; copies += 1) await bury(dead.recordings, JSON.stringify({ version: '0', ...event }));

  const looked = await redrive([]);
  expect(looked).toMatchObject({ code: 1, stderr: '' });
  expect(looked.stdout).toContain(`${dead.recordings} holds 3 messages that nobody could handle, from `);
  expect(looked.stdout).toContain(`${dead.jobs} holds 0 messages`);
  expect(looked.stdout).toMatch(/nothing was moved: with --move, 3 messages would be; .* about \d\.\d\d USD/);
  expect(await product.executions()).toEqual([]);

  const moved = await redrive([dead.recordings, '--move']);
  expect(moved).toMatchObject({ code: 0, stderr: '' });
  expect(moved.stdout).toMatch(/: [0-3] of 3\n(?:.*\n)*3 of 3 messages moved\n$/);
  expect(await product.ended(recordingId)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await product.executions()).toEqual([recordingId]);

  expect(await redrive(['--move'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/nothing to move\n$/) });
});

test('a move that is under way is waited for, not begun again', async () => {
  for (let copies = 0; copies < 4; copies += 1) await bury(dead.jobs, '{"detail":{}}');
  const both = await Promise.all([redrive(['--move', '--per-second', '1']), redrive(['--move', '--per-second', '1'])]);
  expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual(both.map(() => ({ code: 0, stderr: '' })));
});

test('on AWS itself it asks first, with the account and a price, and moves nothing', async () => {
  await bury(dead.jobs, '{"detail":{}}');
  // The SDK's own variable leads to the stack, and the command believes that there is no endpoint.
  const { AWS_ENDPOINT_URL: AWS_ENDPOINT_URL_SQS = '' } = product.stack.env;
  const { code, stdout, stderr } = await redrive(['--move'], { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_SQS });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /this moves 1 message in AWS account 111122223333 in eu-west-1, .* \d\.\d\d USD .*; add --yes/,
  );
  expect(stdout).not.toContain('moved');
  const yes = await redrive(['--move', '--yes'], { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_SQS });
  expect(yes).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 of 1 message moved\n$/) });
});

test.each<[args: string[], message: string]>([
  [['--per-second', '0'], '--per-second 0 is no whole number from 1 to 500'],
  [['nowhere'], 'nowhere has no messages to move'],
  [['--all'], "Unknown option '--all'"],
])('redrive %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await redrive(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`redrive: ${message}`);
});
