import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  MessageNotInflight,
  PurgeQueueCommand,
  PurgeQueueInProgress,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../testClock.ts';
import { arnOf, startSqs } from './stack.ts';

let stack: Awaited<ReturnType<typeof startSqs>>;
let QueueUrl: string;
beforeEach(async () => {
  stack = await startSqs();
  QueueUrl = await stack.create('q');
});
afterEach(() => stack.close());

const send = (MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  stack.client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const bodies = async () => (await stack.receive(QueueUrl)).map(({ Body }) => Body);

test('a message comes with its digests and what is known of it', async () => {
  const { MessageId } = await send('größe 😀');
  await stack.clock.advance(1500);
  const [message] = await stack.receive(QueueUrl, { MessageSystemAttributeNames: ['All'] });
  expect(message).toMatchObject({
    MessageId,
    Body: 'größe 😀',
    MD5OfBody: createHash('md5').update('größe 😀').digest('hex'),
    Attributes: {
      SentTimestamp: '1795167000000',
      ApproximateFirstReceiveTimestamp: '1795167001500',
      ApproximateReceiveCount: '1',
      SenderId: 'AKIATEST',
    },
  });
});

test('message attributes keep their type, have a digest, and come when they are asked for', async () => {
  const MessageAttributes = {
    'trace.id': { DataType: 'String', StringValue: 'abc' },
    size: { DataType: 'Number.int', StringValue: '7' },
    raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
  };
  const { MD5OfMessageAttributes } = await send('x', { MessageAttributes });
  // Worked out by hand from the published layout: raw, size, trace.id, each length in four bytes.
  const layout = [
    '\0\0\0\u{3}raw\0\0\0\u{6}Binary\u{2}\0\0\0\u{2}\u{1}\u{2}',
    '\0\0\0\u{4}size\0\0\0\u{a}Number.int\u{1}\0\0\0\u{1}7',
    '\0\0\0\u{8}trace.id\0\0\0\u{6}String\u{1}\0\0\0\u{3}abc',
  ];
  expect(MD5OfMessageAttributes).toBe(createHash('md5').update(layout.join('')).digest('hex'));
  const [some] = await stack.receive(QueueUrl, { MessageAttributeNames: ['trace.*'], VisibilityTimeout: 0 });
  expect(some?.MessageAttributes).toEqual({ 'trace.id': MessageAttributes['trace.id'] });
  const [all] = await stack.receive(QueueUrl, { MessageAttributeNames: ['All'], VisibilityTimeout: 0 });
  expect(all?.MessageAttributes).toEqual(MessageAttributes);
  const [none] = await stack.receive(QueueUrl);
  expect(none).not.toHaveProperty('MessageAttributes');
});

describe('visibility', () => {
  test('a received message is hidden until its timeout, then comes again with its count', async () => {
    await send('x');
    expect(await bodies()).toEqual(['x']);
    await stack.clock.advance(29_999);
    expect(await bodies()).toEqual([]);
    await stack.clock.advance(1);
    const [again] = await stack.receive(QueueUrl, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });

  test('can be given up at once and prolonged', async () => {
    await send('x');
    const hide = async (VisibilityTimeout: number) => {
      const [message] = await stack.receive(QueueUrl);
      const ReceiptHandle = message?.ReceiptHandle;
      await stack.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    };
    await hide(0);
    await hide(100);
    await stack.clock.advance(99_999);
    expect(await bodies()).toEqual([]);
    await stack.clock.advance(1);
    expect(await bodies()).toEqual(['x']);
  });

  test('cannot be changed of a message that is not in flight, nor beyond twelve hours', async () => {
    await send('x');
    const [message] = await stack.receive(QueueUrl);
    const change = (VisibilityTimeout: number) =>
      stack.client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
      );
    await stack.clock.advance(10_000);
    expect((await failureOf(change(43_200))).name).toBe('InvalidParameterValue');
    await stack.clock.advance(20_000);
    expect(await failureOf(change(10))).toBeInstanceOf(MessageNotInflight);
  });
});

describe('deletion', () => {
  test('of a received message is final and may be repeated', async () => {
    await send('x');
    const [message] = await stack.receive(QueueUrl);
    const remove = () =>
      stack.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    await remove();
    await remove();
    await stack.clock.advance(60_000);
    expect(await bodies()).toEqual([]);
  });

  test('with the handle of an earlier receive deletes nothing', async () => {
    await send('x');
    const [first] = await stack.receive(QueueUrl, { VisibilityTimeout: 0 });
    await stack.receive(QueueUrl);
    await stack.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    await stack.clock.advance(30_000);
    expect(await bodies()).toEqual(['x']);
  });

  test('with a made-up handle is refused', async () => {
    const error = await failureOf(stack.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'made-up' })));
    expect(error).toBeInstanceOf(ReceiptHandleIsInvalid);
  });
});

describe('the dead-letter queue', () => {
  test('takes a message on the receive after the last that is allowed', async () => {
    const dead = await stack.create('dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: '2' });
    QueueUrl = await stack.create('work', { RedrivePolicy });
    const { MessageId } = await send('poison', { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } });
    for (const round of [1, 2]) {
      expect(await bodies(), `receive ${round}`).toEqual(['poison']);
      await stack.clock.advance(30_000);
      expect(await stack.receive(dead)).toEqual([]);
    }
    expect(await bodies()).toEqual([]);
    const [letter] = await stack.receive(dead, { AttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(letter).toMatchObject({
      MessageId,
      Body: 'poison',
      MessageAttributes: { a: { StringValue: 'b' } },
      Attributes: { DeadLetterQueueSourceArn: arnOf('work'), SentTimestamp: '1795167000000' },
    });
  });
});

test('a message older than its retention is gone, received or not', async () => {
  QueueUrl = await stack.create('short', { MessageRetentionPeriod: '60', VisibilityTimeout: '0' });
  await send('x');
  await stack.clock.advance(59_999);
  expect(await bodies()).toEqual(['x']);
  await stack.clock.advance(1);
  expect(await bodies()).toEqual([]);
});

describe('long polls', () => {
  const poll = (WaitTimeSeconds: number) => stack.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
  const waiting = () => new Promise((resolve) => setTimeout(resolve, 50));

  test('end with the first message', async () => {
    const answer = poll(20);
    await waiting();
    await send('late');
    expect((await answer).Messages?.map(({ Body }) => Body)).toEqual(['late']);
  });

  test('end empty at their time', async () => {
    const answer = poll(20);
    await waiting();
    await stack.clock.advance(19_999);
    expect(await Promise.race([answer, waiting().then(() => 'still waiting')])).toBe('still waiting');
    await stack.clock.advance(1);
    expect((await answer).Messages).toBeUndefined();
  });

  test('see a delayed message when its delay is over', async () => {
    await send('delayed', { DelaySeconds: 5 });
    expect(await bodies()).toEqual([]);
    const answer = poll(20);
    await waiting();
    await stack.clock.advance(5000);
    expect((await answer).Messages).toHaveLength(1);
  });

  test('of two receivers one gets the message', async () => {
    const answers = [poll(20), poll(20)];
    await waiting();
    await send('one');
    await Promise.race(answers);
    await stack.clock.advance(20_000);
    const counts = (await Promise.all(answers)).map(({ Messages }) => Messages?.length ?? 0);
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 1]);
  });
});

describe('batches', () => {
  test('send, hide and delete what is right and name what is wrong', async () => {
    const sent = await stack.client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'fine' },
          { Id: 'bad', MessageBody: 'bell \u0007' },
          { Id: 'late', MessageBody: 'later', DelaySeconds: 901 },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([
      { Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true },
      { Id: 'late', Code: 'InvalidParameterValue' },
    ]);
    const [message] = await stack.receive(QueueUrl);
    const entry = { Id: 'a', ReceiptHandle: message?.ReceiptHandle };
    const wrong = { Id: 'b', ReceiptHandle: '?' };
    const hidden = await stack.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [entry, wrong].map((entry) => ({ ...entry, VisibilityTimeout: 500 })),
      }),
    );
    expect(hidden).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }] });
    const deleted = await stack.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [entry, wrong] }));
    expect(deleted).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b' }] });
    await stack.clock.advance(500_000);
    expect(await bodies()).toEqual([]);
  });

  const entry = (Id: string, MessageBody = 'x') => ({ Id, MessageBody });
  test.each([
    ['nothing', [], 'EmptyBatchRequest'],
    ['eleven entries', Array.from({ length: 11 }, (_, n) => entry(String(n))), 'TooManyEntriesInBatchRequest'],
    ['an id twice', [entry('a'), entry('a')], 'BatchEntryIdsNotDistinct'],
    ['an id with a blank', [entry('a b')], 'InvalidBatchEntryId'],
    [
      'more than 1 MiB together',
      [entry('a', 'x'.repeat(600_000)), entry('b', 'x'.repeat(600_000))],
      'BatchRequestTooLong',
    ],
  ])('refuse %s', async (_, Entries, name) => {
    const error = await failureOf(stack.client.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    expect(error.name).toBe(name);
    expect(await bodies()).toEqual([]);
  });
});

test('1 MiB in bytes is taken, one byte more is not', async () => {
  const body = 'ü'.repeat(524_288);
  await send(body);
  expect((await failureOf(send(`${body}x`))).name).toBe('InvalidParameterValue');
  expect(await bodies()).toEqual([body]);
});

test('the FIFO fields are refused', async () => {
  expect((await failureOf(send('x', { MessageGroupId: 'g' }))).name).toBe('NotImplemented');
});

test('a queue counts what is visible, in flight and delayed, and can be purged once a minute', async () => {
  await send('a');
  await send('b');
  await send('c', { DelaySeconds: 10 });
  await stack.receive(QueueUrl, { MaxNumberOfMessages: 1 });
  const counts = async () => {
    const AttributeNames = ['', 'NotVisible', 'Delayed'].map((kind) => `ApproximateNumberOfMessages${kind}` as 'All');
    const { Attributes } = await stack.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return AttributeNames.map((name) => Attributes?.[name]);
  };
  expect(await counts()).toEqual(['1', '1', '1']);
  const purge = () => stack.client.send(new PurgeQueueCommand({ QueueUrl }));
  await purge();
  expect(await counts()).toEqual(['0', '0', '0']);
  expect(await failureOf(purge())).toBeInstanceOf(PurgeQueueInProgress);
  await stack.clock.advance(60_000);
  await purge();
});

test('an in-process sender reaches the same queue', async () => {
  await stack.sqs.send(arnOf('q'), '{"detail":{}}');
  expect(await bodies()).toEqual(['{"detail":{}}']);
});
