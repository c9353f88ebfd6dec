import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  QueueNameExists,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { arnOf, startSqs } from './stack.ts';
import { failureOf } from '../../testClock.ts';

let stack: Awaited<ReturnType<typeof startSqs>>;
beforeEach(async () => {
  stack = await startSqs();
});
afterEach(() => stack.close());

test('a queue has a URL on the gateway and the defaults of the service', async () => {
  const QueueUrl = await stack.create('recordings');
  expect(QueueUrl).toBe(`${stack.gateway.url}/111122223333/recordings`);
  const { Attributes } = await stack.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toEqual({
    VisibilityTimeout: '30',
    MessageRetentionPeriod: '345600',
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    QueueArn: arnOf('recordings'),
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: '1795167000',
    LastModifiedTimestamp: '1795167000',
  });
});

test('a client that only knows the endpoint from the environment stays on the gateway', async () => {
  const QueueUrl = await stack.create('recordings');
  vi.stubEnv('AWS_ENDPOINT_URL', stack.gateway.url);
  const client = new SQSClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  expect(await stack.receive(QueueUrl)).toHaveLength(1);
  client.destroy();
  vi.unstubAllEnvs();
});

test('creating a queue again with the same attributes is fine, with others it is not', async () => {
  const first = await stack.create('q', { VisibilityTimeout: '60' });
  expect(await stack.create('q', { VisibilityTimeout: '60' })).toBe(first);
  expect(await stack.create('q')).toBe(first);
  expect(await failureOf(stack.create('q', { VisibilityTimeout: '61' }))).toBeInstanceOf(QueueNameExists);
});

test('queues are found by name and by prefix', async () => {
  const url = await stack.create('recordings-dev');
  await stack.create('other');
  expect((await stack.client.send(new GetQueueUrlCommand({ QueueName: 'recordings-dev' }))).QueueUrl).toBe(url);
  expect((await stack.client.send(new ListQueuesCommand({ QueueNamePrefix: 'rec' }))).QueueUrls).toEqual([url]);
  expect((await stack.client.send(new ListQueuesCommand({ QueueNamePrefix: 'x' }))).QueueUrls).toBeUndefined();
});

test.each([
  ['by name', () => stack.client.send(new GetQueueUrlCommand({ QueueName: 'missing' }))],
  ['by URL', () => stack.receive(`${stack.gateway.url}/111122223333/missing`)],
  ['of another account', () => stack.receive(`${stack.gateway.url}/999999999999/q`)],
  ['in-process', () => stack.sqs.send(arnOf('missing'), 'x')],
])('a queue that is not there is QueueDoesNotExist: %s', async (_, ask) => {
  await stack.create('q');
  const error = await failureOf(ask());
  expect(error.name).toBe('QueueDoesNotExist');
});

test.each<[string, Record<string, string>, string]>([
  ['VisibilityTimeout above twelve hours', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
  ['VisibilityTimeout that is no number', { VisibilityTimeout: '1e3' }, 'InvalidAttributeValue'],
  ['MessageRetentionPeriod below a minute', { MessageRetentionPeriod: '59' }, 'InvalidAttributeValue'],
  ['DelaySeconds above fifteen minutes', { DelaySeconds: '901' }, 'InvalidAttributeValue'],
  ['a long poll above 20 seconds', { ReceiveMessageWaitTimeSeconds: '21' }, 'InvalidAttributeValue'],
  ['a RedrivePolicy that is not JSON', { RedrivePolicy: '{' }, 'InvalidAttributeValue'],
  ['a RedrivePolicy without a target', { RedrivePolicy: '{"maxReceiveCount":3}' }, 'InvalidAttributeValue'],
  [
    'a count above 1000',
    { RedrivePolicy: `{"deadLetterTargetArn":"${arnOf('d')}","maxReceiveCount":1001}` },
    'InvalidAttributeValue',
  ],
  [
    'a target that is not there',
    { RedrivePolicy: `{"deadLetterTargetArn":"${arnOf('d')}","maxReceiveCount":3}` },
    'InvalidParameterValue',
  ],
  ['an attribute that does not exist', { Visibility: '30' }, 'InvalidAttributeName'],
  ['a policy, which nobody would enforce', { Policy: '{}' }, 'NotImplemented'],
  ['a FIFO queue', { FifoQueue: 'true' }, 'NotImplemented'],
])('refuses %s', async (_, attributes, name) => {
  expect((await failureOf(stack.create('q', attributes))).name).toBe(name);
  expect((await stack.client.send(new ListQueuesCommand({}))).QueueUrls).toBeUndefined();
});

test.each([
  ['a FIFO name', { QueueName: 'q.fifo' }, 'NotImplemented'],
  ['tags', { QueueName: 'q', tags: { a: 'b' } }, 'NotImplemented'],
  ['a name of 81 characters', { QueueName: 'q'.repeat(81) }, 'InvalidParameterValue'],
])('refuses %s', async (_, input, name) => {
  expect((await failureOf(stack.client.send(new CreateQueueCommand(input)))).name).toBe(name);
});

test('attributes can be changed, and a redrive policy taken off', async () => {
  await stack.create('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 3 });
  const QueueUrl = await stack.create('q', { RedrivePolicy });
  await stack.clock.advance(5000);
  await stack.client.send(
    new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '90', RedrivePolicy: '' } }),
  );
  const { Attributes } = await stack.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({ VisibilityTimeout: '90', LastModifiedTimestamp: '1795167005' });
  expect(Attributes).not.toHaveProperty('RedrivePolicy');
});

test('an operation that is not there is refused by name', async () => {
  const QueueUrl = await stack.create('q');
  const error = await failureOf(stack.client.send(new ListQueueTagsCommand({ QueueUrl })));
  expect(error.message).toContain('AmazonSQS.ListQueueTags');
});

test('queues and messages survive a restart, and no half-written file is left', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sqs-'));
  const first = await startSqs(dataDir);
  const url = await first.create('q', { VisibilityTimeout: '60' });
  const bodies = Array.from({ length: 30 }, (_, n) => `message ${n}`);
  await Promise.all(
    bodies.map((MessageBody) => first.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }))),
  );
  const taken = await first.receive(url);
  await first.close();
  expect(await readdir(dataDir)).toEqual(['sqs.json']);

  const second = await startSqs(dataDir);
  const { QueueUrl } = await second.client.send(new GetQueueUrlCommand({ QueueName: 'q' }));
  const rest = [];
  for (let n = 0; n < 2; n += 1) rest.push(...(await second.receive(QueueUrl as string)));
  expect(await second.receive(QueueUrl as string)).toEqual([]);
  expect(new Set([...taken, ...rest].map(({ Body }) => Body))).toEqual(new Set(bodies));
  await second.clock.advance(60_000);
  const again = await second.receive(QueueUrl as string, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
  expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(Array(10).fill('2'));
  await second.close();
  await rm(dataDir, { recursive: true });
});
