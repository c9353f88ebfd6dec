import type { Json, JsonObject } from '../jsonService.ts';
import type { Machine } from './definition.ts';
import { type HistoryEvent, historyLimit } from './history.ts';
import type { Revision } from './machines.ts';

export const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;
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
  traceHeader?: string;
  redriveCount: number;
  redrivenAt?: number;
  redriveToken?: string;
  events: HistoryEvent[];
  /** The state of the machine itself that was entered last: a redrive goes on there. */
  resume?: { state: string; input: Json; variables: Record<string, Json> };
}

const redriveWindow = 14 * 24 * 3600 * 1000;

/** Why an execution cannot be redriven; undefined when it can. */
export function redriveObstacle(record: ExecutionRecord, now: number): string | undefined {
  const { status, stoppedAt, events } = record;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (stoppedAt === undefined || now - stoppedAt > redriveWindow) return 'Execution ended more than 14 days ago';
  if (events.length >= historyLimit - 1) return 'Execution history is full';
  return record.resume ? undefined : 'Execution ended before it entered a state';
}

/** Whether a redrive would have to enter its state halfway. The stand-in cannot, because it keeps no iterations. */
export function isFanOut(record: ExecutionRecord, machine: Machine): boolean {
  const type = record.resume && machine.States[record.resume.state]?.Type;
  return type === 'Map' || type === 'Parallel';
}

/** The record, now aborted, of an execution that was running when the stack went down. */
export function lost(record: ExecutionRecord, now: number): ExecutionRecord {
  const cause = 'The embedded stack stopped while this execution was running. It cannot resume one; the service would.';
  const { resume: _, ...rest } = record;
  const last = record.events.at(-1)?.id ?? 0;
  const aborted: HistoryEvent = {
    id: last + 1,
    previousEventId: 0,
    timestamp: now / 1000,
    type: 'ExecutionAborted',
    executionAbortedEventDetails: { cause },
  };
  return { ...rest, status: 'ABORTED', stoppedAt: now, cause, events: [...record.events, aborted] };
}

/** The parts of `$states.context` that are the same in every state. */
export function contextOf(record: ExecutionRecord): JsonObject {
  const { name, stateMachineArn, roleArn } = record.revision;
  return {
    Execution: {
      Id: record.arn,
      Name: record.name,
      Input: JSON.parse(record.input) as Json,
      RoleArn: roleArn,
      StartTime: new Date(record.startedAt).toISOString(),
      RedriveCount: record.redriveCount,
      ...(record.redrivenAt !== undefined && { RedriveTime: new Date(record.redrivenAt).toISOString() }),
    },
    StateMachine: { Id: stateMachineArn, Name: name },
  };
}
