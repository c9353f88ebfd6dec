import { NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import type { Queues } from './queues.ts';
import { checkAttributes, checkNames, type QueueAttributes, sameAttributes } from './attributes.ts';
import { checkBody, md5 } from './message.ts';
import type { Queue } from './queue.ts';
import { requests } from './requests.ts';

const INVALID = 'InvalidParameterValue';

/** Creating, finding and describing queues, sending to them, and looking at what they hold. */
export function queueOperations(queues: Queues, saved: () => Promise<void>): Record<string, Operation> {
  return {
    async CreateQueue(input) {
      const { QueueName: name, Attributes: attributes } = readRequest(
        'CreateQueue',
        requests.CreateQueue,
        input,
        INVALID,
      );
      if (name.endsWith('.fifo')) throw new NotImplemented('a FIFO queue');
      checkAttributes(attributes);
      const existing = queues.all().find((queue) => queue.state.name === name);
      if (existing && !sameAttributes(existing.state.attributes, attributes)) {
        throw new ServiceError('QueueNameExists', `A queue named ${name} already exists with other attributes.`);
      }
      queues.checkDeadLetterQueue(attributes);
      const queue = existing ?? queues.create(name, attributes);
      await saved();
      return { QueueUrl: queues.url(queue) };
    },

    GetQueueUrl(input) {
      const { QueueName: name } = readRequest('GetQueueUrl', requests.GetQueueUrl, input, INVALID);
      return { QueueUrl: queues.url(queues.byName(name)) };
    },

    GetQueueAttributes(input) {
      const request = readRequest('GetQueueAttributes', requests.GetQueueAttributes, input, INVALID);
      const { QueueUrl: url, AttributeNames: names } = request;
      checkNames(names);
      const all = Object.entries(describe(queues.byUrl(url)));
      const wanted = all.filter(([name]) => names.includes('All') || names.includes(name));
      return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
    },

    async SetQueueAttributes(input) {
      const request = readRequest('SetQueueAttributes', requests.SetQueueAttributes, input, INVALID);
      const { QueueUrl: url, Attributes: attributes } = request;
      checkAttributes(attributes);
      queues.checkDeadLetterQueue(attributes);
      Object.assign(queues.byUrl(url).state.attributes, attributes);
      await saved();
      return {};
    },

    async ReceiveMessage(input) {
      const request = readRequest('ReceiveMessage', requests.ReceiveMessage, input, INVALID);
      const { QueueUrl: url, MaxNumberOfMessages: max, VisibilityTimeout: seconds } = request;
      const received = queues.byUrl(url).receive(max, seconds === undefined ? undefined : seconds * 1000);
      await saved();
      if (received.length === 0) return {};
      return {
        Messages: received.map(({ message: { id, body }, receiptHandle }) => ({
          MessageId: id,
          ReceiptHandle: receiptHandle,
          MD5OfBody: md5(body),
          Body: body,
        })),
      };
    },

    async SendMessage(input, call) {
      const { QueueUrl: url, MessageBody: body } = readRequest('SendMessage', requests.SendMessage, input, INVALID);
      const queue = queues.byUrl(url);
      checkBody(body);
      const { id } = queue.send(body, call.accessKeyId);
      await saved();
      return { MessageId: id, MD5OfMessageBody: md5(body) };
    },
  };
}

function describe(queue: Queue): QueueAttributes {
  const { visible, notVisible } = queue.counts();
  const { attributes, createdAt } = queue.state;
  const created = String(Math.floor(createdAt / 1000));
  return {
    ...attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
  };
}
