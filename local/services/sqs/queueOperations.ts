import { type JsonObject, NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import type { Queues } from './queues.ts';
import { checkAttributes, checkNames, type QueueAttributes, sameAttributes } from './attributes.ts';
import type { Queue } from './queue.ts';
import { requests } from './requests.ts';

const INVALID = 'InvalidParameterValue';

/** Creating, finding, describing and emptying queues. */
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

    ListQueues(input) {
      const { QueueNamePrefix: prefix } = readRequest('ListQueues', requests.ListQueues, input, INVALID);
      const found = queues.all().filter((queue) => queue.state.name.startsWith(prefix));
      if (found.length > 1000) throw new NotImplemented('a list of more than 1000 queues');
      return found.length > 0 ? { QueueUrls: found.map((queue) => queues.url(queue)) } : {};
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
      const queue = queues.byUrl(request.QueueUrl);
      checkAttributes(request.Attributes);
      queues.checkDeadLetterQueue(request.Attributes);
      queue.setAttributes(request.Attributes);
      await saved();
      return {};
    },

    async PurgeQueue(input: JsonObject) {
      queues.byUrl(readRequest('PurgeQueue', requests.PurgeQueue, input, INVALID).QueueUrl).purge();
      await saved();
      return {};
    },
  };
}

function describe(queue: Queue): QueueAttributes {
  const { visible, notVisible, delayed } = queue.counts();
  const { attributes, createdAt, modifiedAt } = queue.state;
  return {
    ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== '')),
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(modifiedAt / 1000)),
  };
}
