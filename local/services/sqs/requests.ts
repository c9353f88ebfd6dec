import * as v from 'valibot';
import { notSupported } from '../readRequest.ts';

const QueueUrl = v.string();

export const requests = {
  CreateQueue: v.strictObject({
    QueueName: v.pipe(v.string(), v.regex(/^[\w-]{1,80}(\.fifo)?$/)),
    Attributes: v.optional(v.record(v.string(), v.string()), {}),
    tags: notSupported,
  }),
  GetQueueUrl: v.strictObject({ QueueName: v.string(), QueueOwnerAWSAccountId: notSupported }),
  GetQueueAttributes: v.strictObject({ QueueUrl, AttributeNames: v.optional(v.array(v.string()), []) }),
  SetQueueAttributes: v.strictObject({ QueueUrl, Attributes: v.record(v.string(), v.string()) }),
  ReceiveMessage: v.strictObject({
    QueueUrl,
    MaxNumberOfMessages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1),
    VisibilityTimeout: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(43_200))),
    AttributeNames: notSupported,
    MessageAttributeNames: notSupported,
    MessageSystemAttributeNames: notSupported,
    ReceiveRequestAttemptId: notSupported,
    WaitTimeSeconds: notSupported,
  }),
  StartMessageMoveTask: v.strictObject({
    SourceArn: v.string(),
    DestinationArn: v.string(),
    MaxNumberOfMessagesPerSecond: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500))),
  }),
  ListMessageMoveTasks: v.strictObject({
    SourceArn: v.string(),
    MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1),
  }),
  SendMessage: v.strictObject({
    QueueUrl,
    MessageBody: v.string(),
    DelaySeconds: notSupported,
    MessageAttributes: notSupported,
    MessageSystemAttributes: notSupported,
    MessageDeduplicationId: notSupported,
    MessageGroupId: notSupported,
  }),
};
