import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventSourceMapping } from '../../../../local/services/lambda/eventSourceMapping.ts';
import { createLambda, type LambdaRuntime } from '../../../../local/services/lambda/runtime.ts';
import type { Queue } from '../../../../local/services/sqs/queue.ts';
import { arnOf, startSqs } from '../sqs/stack.ts';

const root = new URL('../../../../', import.meta.url);

const functionName = 'consumer';
let stack: Awaited<ReturnType<typeof startSqs>>;
let lambda: LambdaRuntime;
let queue: Queue;
let dead: Queue;
let mapping: { close(): Promise<void> } | undefined;
let seen: { running: number; records: { messageId: string; body: string }[] }[];

beforeEach(async () => {
  seen = [];
  stack = await startSqs();
  await stack.create('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 });
  await stack.create('work', { VisibilityTimeout: '60', RedrivePolicy });
  queue = stack.sqs.queue(arnOf('work'));
  dead = stack.sqs.queue(arnOf('dead'));
  lambda = await createLambda({
    root,
    clock: stack.clock,
    env: { AWS_REGION: 'eu-west-1' },
    functions: [
      {
        name: functionName,
        handler: 'test/local/services/lambda/handlers/consumer.handler',
        timeoutSeconds: 20,
        memoryMb: 128,
      },
    ],
    onLog: (line) => seen.push(JSON.parse(line) as (typeof seen)[number]),
  });
});
afterEach(async () => {
  await mapping?.close();
  mapping = undefined;
  await lambda.close();
  await stack.close();
});

const map = (batchSize = 10, maximumConcurrency = 2) => {
  mapping = eventSourceMapping({ queue, lambda, functionName, batchSize, maximumConcurrency, clock: stack.clock });
};
const send = async (...bodies: string[]) => {
  for (const body of bodies) await stack.sqs.send(queue.arn, body);
};
const idle = async (calls: number) =>
  await expect.poll(() => [lambda.usage().invocations, seen.length], { interval: 10 }).toEqual([calls, calls]);
const left = () => queue.state.messages.map(({ body }) => body);

test('a message is handed over as soon as it is sent, in the shape of the service, and deleted when it is handled', async () => {
  map();
  await send('{"detail":{}}');
  await idle(1);
  await expect.poll(left).toEqual([]);
  expect(seen[0]?.records).toEqual([
    {
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      receiptHandle: expect.any(String) as string,
      body: '{"detail":{}}',
      attributes: {
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: '1795167000000',
        SentTimestamp: '1795167000000',
        SenderId: 'events.amazonaws.com',
      },
      messageAttributes: {},
      md5OfBody: '4d825f0935d38a85995d821c6902df72',
      eventSource: 'aws:sqs',
      eventSourceARN: arnOf('work'),
      awsRegion: 'eu-west-1',
    },
  ]);
});

test('messages that are waiting already come in batches', async () => {
  await send('1', '2', '3', '4', '5');
  map(3);
  await idle(2);
  expect(seen.map(({ records }) => records.map(({ body }) => body))).toEqual([
    ['1', '2', '3'],
    ['4', '5'],
  ]);
});

test('never more invocations run at once than the maximum', async () => {
  await send(...Array.from({ length: 9 }, (_, n) => String(n)));
  map(1, 3);
  await idle(9);
  expect(Math.max(...seen.map(({ running }) => running))).toBe(3);
});

describe('failures', () => {
  test('of single messages keep those, hidden until the visibility timeout, and then go to the dead-letter queue', async () => {
    await send('good', 'fail');
    map();
    await idle(1);
    await expect.poll(left).toEqual(['fail']);
    await stack.clock.advance(59_999);
    expect(lambda.usage().invocations).toBe(1);
    await stack.clock.advance(1);
    await idle(2);
    await stack.clock.advance(60_000);
    await expect.poll(() => dead.state.messages.map(({ body }) => body)).toEqual(['fail']);
    expect(left()).toEqual([]);
    expect(lambda.usage().invocations).toBe(2);
  });

  test.each(['throw', 'nonsense', 'text'])('by "%s" keep the whole batch', async (body) => {
    await send('good', body);
    map();
    await idle(1);
    await delay(50);
    expect(left()).toEqual(['good', body]);
  });

  test('by an answer of nothing there are none', async () => {
    await send('good', 'quiet');
    map();
    await idle(1);
    await expect.poll(left).toEqual([]);
  });
});

test('closing waits for what is under way and takes no more', async () => {
  map(1);
  await send('1');
  await expect.poll(() => queue.counts().notVisible, { interval: 1 }).toBe(1);
  await mapping?.close();
  expect(left()).toEqual([]);
  await send('2');
  await delay(50);
  expect(left()).toEqual(['2']);
});

test.each([
  ['a batch of 11', 11, 2, 'batch size 11'],
  ['one at a time', 1, 1, 'maximum concurrency 1'],
])('refuses %s', (_, batchSize, maximumConcurrency, message) => {
  expect(() => map(batchSize, maximumConcurrency)).toThrow(message);
});

test('refuses a visibility timeout below the timeout of the function', async () => {
  await stack.create('short', { VisibilityTimeout: '19' });
  queue = stack.sqs.queue(arnOf('short'));
  expect(() => map()).toThrow('Queue visibility timeout: 19 seconds is less than Function timeout: 20 seconds');
});
