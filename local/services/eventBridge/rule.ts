import type { JsonObject } from '../jsonService.ts';
import type { EventTest } from './pattern.ts';

/** An event as rules see it and targets receive it. */
export type BusEvent = {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: JsonObject;
};

export interface Target {
  /** Of an SQS queue, or of an API destination. */
  arn: string;
  /** Takes the event when the target does not exist, or did not take it. */
  deadLetterArn?: string;
  /** In whose name an API destination is called. */
  roleArn?: string;
  /** How long and how often an API destination is called. */
  retries?: { seconds: number; attempts: number };
}

export interface Rule {
  name: string;
  pattern: JsonObject;
  targets: readonly Target[];
  enabled: boolean;
  test: EventTest;
}
