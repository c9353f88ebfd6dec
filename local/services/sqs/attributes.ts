import { isDeepStrictEqual } from 'node:util';
import { NotImplemented, ServiceError } from '../jsonService.ts';

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** Attributes of a queue, as the service writes them: everything is text. */
export type QueueAttributes = Record<string, string>;

const defaults: QueueAttributes = {
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
};
const settable = ['VisibilityTimeout', 'RedrivePolicy', 'KmsMasterKeyId', 'MessageRetentionPeriod'];
/** Attributes that the service lets a client set and the stand-in does not. */
const refused = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'MaximumMessageSize',
  'Policy',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
];
const readOnly = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
];

/** How long a queue keeps a message: four days, unless it says otherwise. */
export const retentionMs = ({ MessageRetentionPeriod }: QueueAttributes): number =>
  Number(MessageRetentionPeriod ?? defaults['MessageRetentionPeriod']) * 1000;

/** Throws NotImplemented, InvalidAttributeName or InvalidAttributeValue. */
export function checkAttributes(given: QueueAttributes): void {
  for (const [name, value] of Object.entries(given)) {
    if (refused.includes(name)) throw new NotImplemented(`the queue attribute ${name}`);
    if (!settable.includes(name)) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (name === 'VisibilityTimeout' && !(/^\d+$/.test(value) && Number(value) <= 43_200)) throw invalid(name, value);
    if (name === 'RedrivePolicy') parseRedrivePolicy(value);
    if (name === 'MessageRetentionPeriod' && !(Number(value) >= 60 && Number(value) <= 1_209_600))
      throw invalid(name, value);
  }
}

/** Throws InvalidAttributeName for a name that GetQueueAttributes does not know. */
export function checkNames(names: string[]): void {
  const unknown = names.find((name) => ![...settable, ...refused, ...readOnly, 'All'].includes(name));
  if (unknown !== undefined) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}

export function withDefaults(given: QueueAttributes): QueueAttributes {
  return { ...defaults, ...given };
}

/** The policy of a queue, or undefined when it has none. */
export function redrivePolicy(attributes: QueueAttributes): RedrivePolicy | undefined {
  const text = attributes['RedrivePolicy'];
  return text === undefined ? undefined : parseRedrivePolicy(text);
}

/** Whether an existing queue has what a second CreateQueue asks for; attributes that it does not name do not matter. */
export function sameAttributes(existing: QueueAttributes, given: QueueAttributes): boolean {
  return Object.entries(given).every(([name, value]) =>
    name === 'RedrivePolicy'
      ? isDeepStrictEqual(redrivePolicy(existing), redrivePolicy(given))
      : existing[name] === value,
  );
}

function parseRedrivePolicy(text: string): RedrivePolicy {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid('RedrivePolicy', text);
  }
  const { deadLetterTargetArn: arn, maxReceiveCount: count } = Object(policy) as Partial<Record<string, unknown>>;
  const maxReceiveCount = Number(count);
  if (typeof arn !== 'string' || !(maxReceiveCount >= 1 && maxReceiveCount <= 1000)) {
    throw invalid('RedrivePolicy', text);
  }
  return { deadLetterTargetArn: arn, maxReceiveCount };
}

function invalid(name: string, value: string): ServiceError {
  return new ServiceError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${value}.`);
}
