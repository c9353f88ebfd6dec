import {
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { arnOf, startSqs } from './stack.ts';

let stack: Awaited<ReturnType<typeof startSqs>>;
let dead: string;
beforeEach(async () => {
  stack = await startSqs();
  dead = await stack.create('dead');
  await stack.create('work', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 5 }),
  });
});
afterEach(() => stack.close());

const send = (body: string) => stack.client.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: body }));
const look = async (more = {}) =>
  (await stack.client.send(new ReceiveMessageCommand({ QueueUrl: dead, MaxNumberOfMessages: 10, ...more }))).Messages;
const move = { SourceArn: arnOf('dead'), DestinationArn: arnOf('work') };
const start = (more = {}) => stack.client.send(new StartMessageMoveTaskCommand({ ...move, ...more }));
const list = async (more = {}) =>
  (await stack.client.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf('dead'), ...more }))).Results;

describe('looking at a queue', () => {
  test('without hiding its messages, as often as one likes', async () => {
    const { MessageId } = await send('{"a":1}');
    for (let time = 0; time < 2; time++) {
      const [message] = (await look({ VisibilityTimeout: 0 })) ?? [];
      expect(message).toMatchObject({ MessageId, Body: '{"a":1}' });
    }
  });

  test('hides them for as long as the queue says when nothing else is asked for', async () => {
    await send('once');
    expect(await look()).toHaveLength(1);
    expect(await look()).toBeUndefined();
    await stack.clock.advance(30_000);
    expect(await look()).toHaveLength(1);
  });
});

describe('a task', () => {
  test('moves what is there at its pace, as new messages, and says how far it is', async () => {
    const { MessageId } = await send('one');
    await send('two');
    const { TaskHandle } = await start({ MaxNumberOfMessagesPerSecond: 1 });
    expect(await list()).toEqual([
      {
        ...move,
        TaskHandle,
        Status: 'RUNNING',
        MaxNumberOfMessagesPerSecond: 1,
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: stack.clock.now(),
      },
    ]);
    await expect(start()).rejects.toThrow('already a task running');
    await stack.clock.advance(1_000);
    await stack.clock.advance(1_000);
    const [task] = (await list()) ?? [];
    expect(task).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2 });
    expect(task).not.toHaveProperty('TaskHandle');
    const moved = stack.receive('work').map(({ message }) => message);
    expect(moved.map(({ body, receives }) => [body, receives])).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    expect(moved.map(({ id }) => id)).not.toContain(MessageId);
    expect(await look()).toBeUndefined();
  });

  test('of an empty queue is done at once, and the newest comes first', async () => {
    await start();
    await start({ MaxNumberOfMessagesPerSecond: 7 });
    expect(await list({ MaxResults: 10 })).toMatchObject([
      { Status: 'COMPLETED', MaxNumberOfMessagesPerSecond: 7 },
      { Status: 'COMPLETED' },
    ]);
    expect(await list()).toHaveLength(1);
  });

  test.each([
    ['from a queue that is no dead-letter queue', { SourceArn: arnOf('work') }, 'InvalidParameterValue'],
    ['from a queue that is not there', { SourceArn: arnOf('other') }, 'QueueDoesNotExist'],
    ['to a queue that is not there', { DestinationArn: arnOf('other') }, 'QueueDoesNotExist'],
    ['faster than the service allows', { MaxNumberOfMessagesPerSecond: 501 }, 'InvalidParameterValue'],
  ])('%s is refused', async (_, more, name) => {
    await expect(start(more)).rejects.toMatchObject({ name });
  });
});
