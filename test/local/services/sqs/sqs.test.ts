import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  QueueNameExists,
  SendMessageCommand,
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
  expect(stack.receive('recordings')).toHaveLength(1);
  client.destroy();
  vi.unstubAllEnvs();
});

test('creating a queue again with the same attributes is fine, with others it is not', async () => {
  const first = await stack.create('q', { VisibilityTimeout: '60' });
  expect(await stack.create('q', { VisibilityTimeout: '60' })).toBe(first);
  expect(await stack.create('q')).toBe(first);
  expect(await failureOf(stack.create('q', { VisibilityTimeout: '61' }))).toBeInstanceOf(QueueNameExists);
});

test('queues are found by name', async () => {
  const url = await stack.create('recordings-dev');
  await stack.create('other');
  expect((await stack.client.send(new GetQueueUrlCommand({ QueueName: 'recordings-dev' }))).QueueUrl).toBe(url);
  const counted = new GetQueueAttributesCommand({ QueueUrl: 'recordings-dev', AttributeNames: ['QueueArn'] });
  expect((await stack.client.send(counted)).Attributes).toEqual({ QueueArn: arnOf('recordings-dev') });
});

const sendTo = (QueueUrl: string) => stack.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));

test.each([
  ['by name', () => stack.client.send(new GetQueueUrlCommand({ QueueName: 'missing' }))],
  ['by URL', () => sendTo(`${stack.gateway.url}/111122223333/missing`)],
  ['of another account', () => sendTo(`${stack.gateway.url}/999999999999/q`)],
  ['in-process', () => stack.sqs.send(arnOf('missing'), 'x')],
])('a queue that is not there is QueueDoesNotExist: %s', async (_, ask) => {
  await stack.create('q');
  const error = await failureOf(ask());
  expect(error.name).toBe('QueueDoesNotExist');
});

test.each<[string, Record<string, string>, string]>([
  ['VisibilityTimeout above twelve hours', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
  ['VisibilityTimeout that is no number', { VisibilityTimeout: '1e3' }, 'InvalidAttributeValue'],
  ['a retention below a minute', { MessageRetentionPeriod: '59' }, 'InvalidAttributeValue'],
  ['a delay', { DelaySeconds: '1' }, 'NotImplemented'],
  ['an empty RedrivePolicy', { RedrivePolicy: '' }, 'InvalidAttributeValue'],
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
  expect((await failureOf(stack.client.send(new GetQueueUrlCommand({ QueueName: 'q' })))).name).toBe(
    'QueueDoesNotExist',
  );
});

test.each([
  ['a FIFO name', { QueueName: 'q.fifo' }, 'NotImplemented'],
  ['tags', { QueueName: 'q', tags: { a: 'b' } }, 'NotImplemented'],
  ['a name of 81 characters', { QueueName: 'q'.repeat(81) }, 'InvalidParameterValue'],
])('refuses %s', async (_, input, name) => {
  expect((await failureOf(stack.client.send(new CreateQueueCommand(input)))).name).toBe(name);
});

test.each([['AmazonSQS.ListQueues', () => stack.client.send(new ListQueuesCommand({}))]])(
  'an operation that is not there is refused by name: %s',
  async (name, ask) => {
    expect((await failureOf(ask())).message).toContain(name);
  },
);

test('queues and messages survive a restart, and no half-written file is left', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sqs-'));
  const first = await startSqs(dataDir);
  const url = await first.create('q', { VisibilityTimeout: '60' });
  const bodies = Array.from({ length: 30 }, (_, n) => `message ${n}`);
  await Promise.all(
    bodies.map((MessageBody) => first.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }))),
  );
  const taken = first.receive('q');
  await first.close();
  expect(await readdir(dataDir)).toEqual(['sqs.json']);

  const second = await startSqs(dataDir);
  const rest = [...second.receive('q'), ...second.receive('q')];
  expect(second.receive('q')).toEqual([]);
  expect(new Set([...taken, ...rest].map(({ message }) => message.body))).toEqual(new Set(bodies));
  await second.clock.advance(60_000);
  expect(second.receive('q').map(({ message }) => message.receives)).toEqual(Array(10).fill(2));
  await second.close();
  await rm(dataDir, { recursive: true });
});
