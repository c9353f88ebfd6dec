import { isDeepStrictEqual } from 'node:util';
import { NotImplemented, ServiceError } from '../jsonService.ts';

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** Settable attributes of a queue, as the service writes them: everything is text. */
export type QueueAttributes = Record<string, string>;

/** In seconds: default, least and most. */
const seconds = {
  VisibilityTimeout: [30, 0, 43_200],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  DelaySeconds: [0, 0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
} as const satisfies Record<string, readonly [number, number, number]>;
type SecondsName = keyof typeof seconds;

const supported = [...Object.keys(seconds), 'RedrivePolicy', 'KmsMasterKeyId'];
/** Attributes that the service has and that the stand-in would only pretend to honour. */
const refused = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'MaximumMessageSize',
  'Policy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
];
export const readOnly = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
];

/** Throws NotImplemented, InvalidAttributeName or InvalidAttributeValue. */
export function checkAttributes(given: QueueAttributes): void {
  for (const [name, value] of Object.entries(given)) {
    if (refused.includes(name)) throw new NotImplemented(`the queue attribute ${name}`);
    if (!supported.includes(name)) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (name in seconds) checkSeconds(name as SecondsName, value);
    if (name === 'RedrivePolicy') parseRedrivePolicy(value);
  }
}

/** Throws InvalidAttributeName for a name that GetQueueAttributes does not know. */
export function checkNames(names: string[]): void {
  const unknown = names.find((name) => ![...supported, ...refused, ...readOnly, 'All'].includes(name));
  if (unknown !== undefined) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}

export function withDefaults(given: QueueAttributes): QueueAttributes {
  const defaults = Object.entries(seconds).map(([name, [value]]) => [name, String(value)]);
  return { ...Object.fromEntries(defaults), ...given };
}

export function milliseconds(attributes: QueueAttributes, name: SecondsName): number {
  return Number(attributes[name] ?? seconds[name][0]) * 1000;
}

/** The policy of a queue, or undefined when it has none; an empty value removes the policy. */
export function redrivePolicy(attributes: QueueAttributes): RedrivePolicy | undefined {
  const text = attributes['RedrivePolicy'];
  return text ? parseRedrivePolicy(text) : undefined;
}

/** Whether an existing queue has what a second CreateQueue asks for; attributes that it does not name do not matter. */
export function sameAttributes(existing: QueueAttributes, given: QueueAttributes): boolean {
  return Object.entries(given).every(([name, value]) =>
    name === 'RedrivePolicy'
      ? isDeepStrictEqual(redrivePolicy(existing), redrivePolicy(given))
      : existing[name] === value,
  );
}

function checkSeconds(name: SecondsName, value: string): void {
  const [, least, most] = seconds[name];
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new ServiceError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${value}.`);
  }
}

function parseRedrivePolicy(text: string): RedrivePolicy | undefined {
  if (text === '') return undefined;
  const invalid = new ServiceError('InvalidAttributeValue', `Invalid value for the parameter RedrivePolicy: ${text}`);
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid;
  }
  const { deadLetterTargetArn: arn, maxReceiveCount: count } = Object(policy) as Partial<Record<string, unknown>>;
  const maxReceiveCount = Number(count);
  if (typeof arn !== 'string' || !(maxReceiveCount >= 1 && maxReceiveCount <= 1000)) throw invalid;
  return { deadLetterTargetArn: arn, maxReceiveCount };
}
