import type { Json, JsonObject } from '../jsonService.ts';
import type { HistoryEvent } from './history.ts';
import type { Revision } from './machines.ts';

export const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type Status = (typeof statuses)[number];

/** An execution as it is kept, in memory and on disk. Times are milliseconds since the epoch. */
export interface ExecutionRecord {
  arn: string;
  name: string;
  revision: Revision;
  status: Status;
  startedAt: number;
  stoppedAt?: number;
  /** JSON text as it was received; `output` is JSON text as it was returned. */
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  events: HistoryEvent[];
  /** The state of the machine that was entered last. */
  reached?: Reached;
  /** Absent until the execution is redriven. */
  redrive?: { count: number; at: number; token?: string };
}

/** Where an execution goes on when it is redriven. */
export interface Reached {
  state: string;
  input: Json;
  variables: Record<string, Json>;
}

/** The record, now aborted, of an execution that was running when the stack went down. */
export function lost(record: ExecutionRecord, now: number): ExecutionRecord {
  const cause =
    'The embedded stack stopped while this execution was running. Redrive it: the service would have gone on by itself.';
  const last = record.events.at(-1)?.id ?? 0;
  const aborted: HistoryEvent = {
    id: last + 1,
    previousEventId: 0,
    timestamp: now / 1000,
    type: 'ExecutionAborted',
    executionAbortedEventDetails: { cause },
  };
  return { ...record, status: 'ABORTED', stoppedAt: now, cause, events: [...record.events, aborted] };
}

/** The parts of `$states.context` that are the same in every state. */
export function contextOf(record: ExecutionRecord): JsonObject {
  const { name, stateMachineArn, roleArn } = record.revision;
  const { count = 0, at } = record.redrive ?? {};
  return {
    Execution: {
      Id: record.arn,
      Name: record.name,
      Input: JSON.parse(record.input) as Json,
      RoleArn: roleArn,
      StartTime: new Date(record.startedAt).toISOString(),
      RedriveCount: count,
      ...(at !== undefined && { RedriveTime: new Date(at).toISOString() }),
    },
    StateMachine: { Id: stateMachineArn, Name: name },
  };
}
