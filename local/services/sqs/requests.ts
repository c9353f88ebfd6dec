import * as v from 'valibot';
import { notSupported } from '../readRequest.ts';

const QueueUrl = v.string();
const names = v.optional(v.array(v.string()), []);
const visibility = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(43_200));
const attributes = v.optional(v.record(v.string(), v.string()), {});

const message = {
  MessageBody: v.string(),
  DelaySeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(900))),
  MessageAttributes: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^[\w.-]{1,256}$/)),
      v.strictObject({
        DataType: v.string(),
        StringValue: v.optional(v.string()),
        BinaryValue: v.optional(v.string()),
        StringListValues: notSupported,
        BinaryListValues: notSupported,
      }),
    ),
    {},
  ),
  MessageSystemAttributes: notSupported,
  MessageDeduplicationId: notSupported,
  MessageGroupId: notSupported,
};
const deletion = { ReceiptHandle: v.string() };
const change = { ReceiptHandle: v.string(), VisibilityTimeout: visibility };

/** The entries of a batch are checked one by one, so that a wrong one fails alone. */
const batch = v.strictObject({
  QueueUrl,
  Entries: v.array(v.looseObject({ Id: v.string() })),
});

export const requests = {
  CreateQueue: v.strictObject({
    QueueName: v.pipe(v.string(), v.regex(/^[\w-]{1,80}(\.fifo)?$/)),
    Attributes: attributes,
    tags: notSupported,
  }),
  GetQueueUrl: v.strictObject({ QueueName: v.string(), QueueOwnerAWSAccountId: notSupported }),
  ListQueues: v.strictObject({
    QueueNamePrefix: v.optional(v.string(), ''),
    MaxResults: notSupported,
    NextToken: notSupported,
  }),
  GetQueueAttributes: v.strictObject({ QueueUrl, AttributeNames: names }),
  SetQueueAttributes: v.strictObject({ QueueUrl, Attributes: attributes }),
  PurgeQueue: v.strictObject({ QueueUrl }),
  SendMessage: v.strictObject({ QueueUrl, ...message }),
  ReceiveMessage: v.strictObject({
    QueueUrl,
    MaxNumberOfMessages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1),
    VisibilityTimeout: v.optional(visibility),
    WaitTimeSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20))),
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
    ReceiveRequestAttemptId: notSupported,
  }),
  DeleteMessage: v.strictObject({ QueueUrl, ...deletion }),
  ChangeMessageVisibility: v.strictObject({ QueueUrl, ...change }),
  batch,
};

export const entries = {
  SendMessageBatch: v.strictObject({ Id: v.string(), ...message }),
  DeleteMessageBatch: v.strictObject({ Id: v.string(), ...deletion }),
  ChangeMessageVisibilityBatch: v.strictObject({ Id: v.string(), ...change }),
};
