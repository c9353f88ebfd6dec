import type { Clock } from '../clock.ts';
import { type Json, type JsonObject, ServiceError } from '../jsonService.ts';
import { md5, systemAttributes } from '../sqs/message.ts';
import type { Queue, Received } from '../sqs/queue.ts';
import type { LambdaRuntime } from './runtime.ts';

export interface EventSourceMappingOptions {
  queue: Queue;
  lambda: LambdaRuntime;
  functionName: string;
  /** 1-10: more would need a batching window. */
  batchSize: number;
  /** 2-1000. */
  maximumConcurrency: number;
  clock: Clock;
  /** Gets what an invocation failed with, other than the function; by default it is printed. */
  onBroken?: (error: unknown) => void;
}

/**
 * Feeds a queue's messages to a function that reports batch item failures. Handled messages are deleted, the others
 * stay invisible until the queue's visibility timeout ends. It does not poll: the queue wakes it when a message comes.
 *
 * Throws InvalidParameterValueException for sizes out of bounds and for a visibility timeout below the function's.
 */
export function eventSourceMapping(options: EventSourceMappingOptions): { close(): Promise<void> } {
  check(options);
  const { queue, batchSize, maximumConcurrency, clock } = options;
  const stop = new AbortController();
  const running = new Set<Promise<void>>();

  const poll = async () => {
    while (!stop.signal.aborted) {
      const batch = running.size < maximumConcurrency ? queue.receive(batchSize) : [];
      if (batch.length > 0) {
        const work = clock.busy(handle(options, batch)).finally(() => running.delete(work));
        running.add(work);
      } else if (running.size >= maximumConcurrency) {
        await Promise.race(running);
      } else {
        await queue.wait(stop.signal);
      }
    }
  };
  const polling = poll().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    /** Takes no more messages and waits for those under way. */
    async close() {
      stop.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

function check({ queue, lambda, functionName, batchSize, maximumConcurrency }: EventSourceMappingOptions): void {
  const refuse = (reason: string) => new ServiceError('InvalidParameterValueException', reason);
  const { timeoutSeconds } = lambda.definition(functionName);
  if (!(batchSize >= 1 && batchSize <= 10)) throw refuse(`batch size ${batchSize} is not within 1 and 10`);
  if (!(maximumConcurrency >= 2 && maximumConcurrency <= 1000)) {
    throw refuse(`maximum concurrency ${maximumConcurrency} is not within 2 and 1000`);
  }
  if (queue.visibilityTimeoutMs < timeoutSeconds * 1000) {
    throw refuse(
      `Queue visibility timeout: ${queue.visibilityTimeoutMs / 1000} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
  }
}

async function handle(options: EventSourceMappingOptions, batch: Received[]): Promise<void> {
  const { queue } = options;
  const failed = await invoke(options, { Records: batch.map((one) => recordOf(one, queue.arn)) }, batch);
  for (const { message, receiptHandle } of batch) if (!failed.has(message.id)) queue.delete(receiptHandle);
  await queue.saved().catch(options.onBroken ?? console.error);
}

/** The ids of the messages that were not handled. */
async function invoke(options: EventSourceMappingOptions, event: Json, batch: Received[]): Promise<Set<string>> {
  const { lambda, functionName, onBroken = console.error } = options;
  const all = new Set(batch.map(({ message }) => message.id));
  try {
    const outcome = await lambda.invoke(functionName, event);
    return 'payload' in outcome ? (failuresIn(outcome.payload, all) ?? all) : all;
  } catch (error) {
    onBroken(error);
    return all;
  }
}

/** The ids that an answer names; undefined when the answer does not make sense, which fails the batch. */
function failuresIn(answer: Json, batch: Set<string>): Set<string> | undefined {
  if (answer === null) return new Set();
  if (typeof answer !== 'object' || Array.isArray(answer)) return undefined;
  const { batchItemFailures: failures = null } = answer;
  if (failures === null) return new Set();
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure) => (failure as JsonObject | null)?.['itemIdentifier']);
  return ids.every((id) => typeof id === 'string' && batch.has(id)) ? new Set(ids as string[]) : undefined;
}

/** The record that a function reads, as the service spells it. */
function recordOf({ message, receiptHandle }: Received, queueArn: string): JsonObject {
  return {
    messageId: message.id,
    receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: {},
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}
