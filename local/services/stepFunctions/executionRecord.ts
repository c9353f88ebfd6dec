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

/** Where an execution goes on, when it is redriven or its process has died. */
export interface Reached {
  state: string;
  input: Json;
  variables: Record<string, Json>;
  /** What had become of the state when the record was saved: absent until the state was entered. */
  progress?: Progress;
  /** The event that the next one follows. */
  previous?: number;
}

/** What a state has behind it that must not be done again. Times are milliseconds since the epoch. */
export interface Progress {
  /** Retries made so far, altogether and by each retrier. */
  retries?: { count: number; used: number[] };
  /** The wait that was under way. */
  pause?: Pause;
  /** The task whose answer comes by its token. */
  task?: TokenTask;
}

/** The end of a wait and its length: a clock that was set back must not make it longer. */
export interface Pause {
  until: number;
  ms: number;
}

export interface TokenTask {
  token: string;
  /** The state's own deadline, if it has one. */
  deadline?: Pause;
  /** The function was invoked and has ended. */
  isSubmitted?: true;
  answer?: { output: Json };
}

/** The milliseconds of a wait that are left. */
export function restOf({ until, ms }: Pause, now: number): number {
  return Math.max(0, Math.min(ms, until - now));
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
