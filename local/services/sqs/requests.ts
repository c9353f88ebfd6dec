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
