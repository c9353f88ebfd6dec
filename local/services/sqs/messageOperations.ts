import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type Call, type JsonObject, type Operation, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import type { Queues } from './queues.ts';
import { milliseconds } from './attributes.ts';
import { runBatch } from './batch.ts';
import {
  attributesToJson,
  checkMessage,
  MESSAGE_LIMIT,
  type MessageAttributes,
  md5,
  md5OfAttributes,
  selectAttributes,
  sizeOf,
  systemAttributes,
} from './message.ts';
import type { Queue, Received } from './queue.ts';
import { entries, requests } from './requests.ts';

const INVALID = 'InvalidParameterValue';

/** Sending, receiving and deleting messages, one by one and in batches. */
export function messageOperations(queues: Queues, clock: Clock): Record<string, Operation> {
  const batch = async (operation: string, input: JsonObject, run: (queue: Queue, entry: JsonObject) => JsonObject) => {
    const request = readRequest(operation, requests.batch, input, INVALID);
    const queue = queues.byUrl(request.QueueUrl);
    const answer = runBatch(request.Entries, (entry) => run(queue, entry));
    await queue.saved();
    return answer;
  };
  const single = async (url: string, run: (queue: Queue) => JsonObject) => {
    const queue = queues.byUrl(url);
    const answer = run(queue);
    await queue.saved();
    return answer;
  };

  return {
    SendMessage(input, call) {
      const request = readRequest('SendMessage', requests.SendMessage, input, INVALID);
      return single(request.QueueUrl, (queue) => send(queue, request, call));
    },

    SendMessageBatch(input, call) {
      refuseTooLong(input);
      return batch('SendMessageBatch', input, (queue, entry) =>
        send(queue, readRequest('SendMessageBatch', entries.SendMessageBatch, entry, INVALID), call),
      );
    },

    async ReceiveMessage(input) {
      const request = readRequest('ReceiveMessage', requests.ReceiveMessage, input, INVALID);
      const queue = queues.byUrl(request.QueueUrl);
      const received = await receive(queue, request, clock);
      await clock.busy(queue.saved());
      const system = [...request.AttributeNames, ...request.MessageSystemAttributeNames];
      const shown = received.map((one) => show(one, system, request.MessageAttributeNames));
      return shown.length > 0 ? { Messages: shown } : {};
    },

    DeleteMessage(input) {
      const request = readRequest('DeleteMessage', requests.DeleteMessage, input, INVALID);
      return single(request.QueueUrl, (queue) => remove(queue, request));
    },

    DeleteMessageBatch(input) {
      return batch('DeleteMessageBatch', input, (queue, entry) =>
        remove(queue, readRequest('DeleteMessageBatch', entries.DeleteMessageBatch, entry, INVALID)),
      );
    },

    ChangeMessageVisibility(input) {
      const request = readRequest('ChangeMessageVisibility', requests.ChangeMessageVisibility, input, INVALID);
      return single(request.QueueUrl, (queue) => change(queue, request));
    },

    ChangeMessageVisibilityBatch(input) {
      const operation = 'ChangeMessageVisibilityBatch';
      return batch(operation, input, (queue, entry) =>
        change(queue, readRequest(operation, entries[operation], entry, INVALID)),
      );
    },
  };
}

interface Receiving {
  MaxNumberOfMessages: number;
  WaitTimeSeconds?: number | undefined;
  VisibilityTimeout?: number | undefined;
}

/** Long polling: waits at an empty queue until a message comes or the time is up. */
async function receive(queue: Queue, request: Receiving, clock: Clock): Promise<Received[]> {
  const { WaitTimeSeconds: wait, VisibilityTimeout: visibility } = request;
  const take = () =>
    queue.receive(request.MaxNumberOfMessages, visibility === undefined ? undefined : visibility * 1000);
  const waitMs =
    wait === undefined ? milliseconds(queue.state.attributes, 'ReceiveMessageWaitTimeSeconds') : wait * 1000;
  const until = clock.now() + waitMs;
  let received = take();
  while (received.length === 0 && clock.now() < until) {
    await queue.wait(until);
    received = take();
  }
  return received;
}

interface Sending {
  MessageBody: string;
  MessageAttributes: MessageAttributes;
  DelaySeconds?: number | undefined;
}

function send(
  queue: Queue,
  { MessageBody: body, MessageAttributes: attributes, DelaySeconds: delay }: Sending,
  call: Call,
) {
  checkMessage(body, attributes);
  const { id } = queue.send(body, call.accessKeyId, attributes, delay === undefined ? undefined : delay * 1000);
  const digest = md5OfAttributes(attributes);
  return { MessageId: id, MD5OfMessageBody: md5(body), ...(digest && { MD5OfMessageAttributes: digest }) };
}

function remove(queue: Queue, { ReceiptHandle: handle }: { ReceiptHandle: string }): JsonObject {
  queue.delete(handle);
  return {};
}

function change(queue: Queue, request: { ReceiptHandle: string; VisibilityTimeout: number }): JsonObject {
  queue.changeVisibility(request.ReceiptHandle, request.VisibilityTimeout * 1000);
  return {};
}

function show({ message, receiptHandle }: Received, systemNames: string[], attributeNames: string[]): JsonObject {
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const attributes = selectAttributes(message.attributes, attributeNames);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(digest && { MessageAttributes: attributesToJson(attributes), MD5OfMessageAttributes: digest }),
  };
}

/** The limit of one message holds for all messages of a batch together. */
function refuseTooLong(input: JsonObject): void {
  const { Entries: list } = readRequest('SendMessageBatch', requests.batch, input, INVALID);
  const messages = list.map((entry) => v.safeParse(entries.SendMessageBatch, entry)).filter((parsed) => parsed.success);
  const sizes = messages.map(({ output }) => sizeOf(output.MessageBody, output.MessageAttributes));
  if (sizes.reduce((sum, size) => sum + size, 0) <= MESSAGE_LIMIT) return;
  throw new ServiceError('BatchRequestTooLong', `Batch requests cannot be longer than ${MESSAGE_LIMIT} bytes.`);
}
