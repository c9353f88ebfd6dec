import { prices } from '../pipeline/clinical/prices.ts';
import { monthPrices } from './monthPrices.ts';

/**
 * Of the list prices, those that the machinery of one recording is billed by. What is billed by the month or shared by all
 * recordings, such as keys, alarms, storage and logs, is not among them.
 */
const usd = {
  transition: prices.transition,
  invocation: monthPrices.invocation.usd,
  gigabyteSecond: monthPrices.gigabyteSecond.usd,
  write: monthPrices.tableWrite.usd,
  read: monthPrices.tableRead.usd,
  put: monthPrices.put.usd,
  get: monthPrices.get.usd,
  message: monthPrices.queueRequest.usd,
} as const;

/** A message of a queue is sent, received and deleted. */
const requestsPerMessage = 3;

/** DynamoDB's units for a small item; a transaction is charged twice for each item, and those of the trail have two. */
const writesOf: Readonly<Record<string, number>> = {
  PutItem: 1,
  UpdateItem: 1,
  DeleteItem: 1,
  TransactWriteItems: 4,
};

/** What one or more recordings have used. */
export interface Machinery {
  transitions: number;
  invocations: number;
  lambdaMs: number;
  memoryMb: number;
  messages: number;
  /** By service and operation: `S3 GetObject`. */
  calls: Readonly<Record<string, number>>;
}

/** What it costs in USD, besides the clinical services themselves. */
export function usdOfMachinery({ transitions, invocations, lambdaMs, memoryMb, messages, calls }: Machinery) {
  const requests = Object.entries(calls).reduce((sum, [name, count]) => sum + count * usdOfCall(name), 0);
  const lambda = invocations * usd.invocation + (lambdaMs / 1_000) * (memoryMb / 1_024) * usd.gigabyteSecond;
  return transitions * usd.transition + lambda + messages * requestsPerMessage * usd.message + requests;
}

function usdOfCall(name: string): number {
  const [service, operation = ''] = name.split(' ');
  if (service === 'S3') return operation.startsWith('Put') ? usd.put : usd.get;
  if (service === 'DynamoDB') return (writesOf[operation] ?? 0) * usd.write || usd.read;
  return 0;
}

/** The transitions that a history is billed for: each state that was entered, and each attempt after the first. */
export function transitionsOf(events: readonly { type?: string | undefined }[]): number {
  const count = (pattern: RegExp) => events.filter(({ type = '' }) => pattern.test(type)).length;
  return count(/StateEntered$/) + Math.max(0, count(/^TaskScheduled$/) - count(/^TaskStateEntered$/));
}
