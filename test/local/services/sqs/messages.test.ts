import { createHash } from 'node:crypto';
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Queue } from '../../../../local/services/sqs/queue.ts';
import { systemAttributes } from '../../../../local/services/sqs/message.ts';
import { failureOf } from '../../testClock.ts';
import { arnOf, startSqs } from './stack.ts';

let stack: Awaited<ReturnType<typeof startSqs>>;
let QueueUrl: string;
let queue: Queue;
beforeEach(async () => {
  stack = await startSqs();
  QueueUrl = await stack.create('q');
  queue = stack.sqs.queue(arnOf('q'));
});
afterEach(() => stack.close());

const send = (MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  stack.client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const bodies = (name = 'q') => stack.receive(name).map(({ message }) => message.body);
const never = new AbortController().signal;

test('a message has a digest, and its receiver learns what is known of it', async () => {
  const { MessageId, MD5OfMessageBody } = await send('größe 😀');
  expect(MD5OfMessageBody).toBe(createHash('md5').update('größe 😀').digest('hex'));
  await stack.clock.advance(1500);
  const [received] = stack.receive('q');
  expect(received?.message).toMatchObject({ id: MessageId, body: 'größe 😀' });
  expect(received && systemAttributes(received.message)).toEqual({
    SentTimestamp: '1795167000000',
    ApproximateFirstReceiveTimestamp: '1795167001500',
    ApproximateReceiveCount: '1',
    SenderId: 'AKIATEST',
  });
});

test('a received message is hidden until its timeout, then comes again with its count', async () => {
  await send('x');
  expect(bodies()).toEqual(['x']);
  await stack.clock.advance(29_999);
  expect(bodies()).toEqual([]);
  await stack.clock.advance(1);
  expect(stack.receive('q').map(({ message }) => message.receives)).toEqual([2]);
});

describe('deletion', () => {
  test('of a received message is final and may be repeated', async () => {
    await send('x');
    const [received] = stack.receive('q');
    for (const _ of [1, 2]) queue.delete(received?.receiptHandle ?? '');
    await stack.clock.advance(60_000);
    expect(bodies()).toEqual([]);
  });

  test('with the handle of an earlier receive deletes nothing', async () => {
    await send('x');
    const [first] = stack.receive('q');
    await stack.clock.advance(30_000);
    expect(bodies()).toEqual(['x']);
    queue.delete(first?.receiptHandle ?? '');
    await stack.clock.advance(30_000);
    expect(bodies()).toEqual(['x']);
  });

  test('with a made-up handle is refused', () => {
    expect(() => queue.delete('made-up')).toThrow(expect.objectContaining({ name: 'ReceiptHandleIsInvalid' }));
  });
});

test('the dead-letter queue takes a message on the receive after the last that is allowed', async () => {
  await stack.create('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: '2' });
  QueueUrl = await stack.create('work', { RedrivePolicy });
  const { MessageId: id } = await send('poison');
  for (const round of [1, 2]) {
    expect(bodies('work'), `receive ${round}`).toEqual(['poison']);
    await stack.clock.advance(30_000);
    expect(bodies('dead')).toEqual([]);
  }
  expect(bodies('work')).toEqual([]);
  const [letter] = stack.receive('dead');
  expect(letter?.message).toMatchObject({ id, body: 'poison' });
  expect(letter && systemAttributes(letter.message)).toMatchObject({
    DeadLetterQueueSourceArn: arnOf('work'),
    SentTimestamp: '1795167000000',
  });
});

test('a message older than its retention is gone', async () => {
  const day = 24 * 3600 * 1000;
  await send('x');
  await stack.clock.advance(4 * day - 1);
  expect(bodies()).toEqual(['x']);
  await stack.clock.advance(30_000);
  expect(bodies()).toEqual([]);
});

test('a queue may keep its messages longer, once it says so', async () => {
  const day = 24 * 3600;
  const kept = new GetQueueAttributesCommand({ QueueUrl: 'q', AttributeNames: ['MessageRetentionPeriod'] });
  const Attributes = { MessageRetentionPeriod: String(14 * day), KmsMasterKeyId: 'key' };
  await stack.client.send(new SetQueueAttributesCommand({ QueueUrl: 'q', Attributes }));
  expect((await stack.client.send(kept)).Attributes).toEqual({ MessageRetentionPeriod: '1209600' });
  await send('x');
  await stack.clock.advance(5 * day * 1000);
  expect(bodies()).toEqual(['x']);
});

describe('waiting at a queue', () => {
  const waiting = () => new Promise((resolve) => setTimeout(resolve, 50, 'still waiting'));

  test('ends with the first message', async () => {
    const over = queue.wait(never);
    expect(await Promise.race([over, waiting()])).toBe('still waiting');
    await send('late');
    await over;
    expect(bodies()).toEqual(['late']);
  });

  test('ends when a message is visible again', async () => {
    await send('x');
    expect(bodies()).toEqual(['x']);
    const over = queue.wait(never);
    await stack.clock.advance(30_000);
    await over;
    expect(bodies()).toEqual(['x']);
  });

  test('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const over = failureOf(queue.wait(stop.signal));
    stop.abort(new Error('closing'));
    expect((await over).message).toBe('closing');
  });
});

test('1 MiB in bytes is taken, one byte more is not', async () => {
  const body = 'ü'.repeat(524_288);
  await send(body);
  expect((await failureOf(send(`${body}x`))).name).toBe('InvalidParameterValue');
  expect(bodies()).toEqual([body]);
});

test.each([
  ['an empty body', '', {}, 'MissingParameter'],
  ['a control character', 'bell \u0007', {}, 'InvalidMessageContents'],
  ['a message group', 'x', { MessageGroupId: 'g' }, 'NotImplemented'],
  ['a delay', 'x', { DelaySeconds: 5 }, 'NotImplemented'],
  ['attributes', 'x', { MessageAttributes: { a: { DataType: 'String', StringValue: '\u0007' } } }, 'NotImplemented'],
])('%s is refused', async (_, body, more, name) => {
  expect((await failureOf(send(body, more))).name).toBe(name);
  expect(bodies()).toEqual([]);
});

test('a queue counts what is visible and what is in flight', async () => {
  await send('a');
  await send('b');
  queue.receive(1);
  const AttributeNames = ['', 'NotVisible', 'Delayed'].map((kind) => `ApproximateNumberOfMessages${kind}` as 'All');
  const { Attributes } = await stack.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  expect(AttributeNames.map((name) => Attributes?.[name])).toEqual(['1', '1', '0']);
});

test('an in-process sender reaches the same queue', async () => {
  await stack.sqs.send(arnOf('q'), '{"detail":{}}');
  expect(bodies()).toEqual(['{"detail":{}}']);
});
