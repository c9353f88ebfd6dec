import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { isNamed } from '../../pipeline/edge/failure.ts';
import type { Deployment } from './deployment.ts';

/** One visit to a state. Visits come in the order in which they began. */
export interface StateVisit {
  name: string;
  /** How often its task was started; 0 for a state that has none. */
  attempts: number;
  /** Undefined while the state is being visited. */
  ms: number | undefined;
}

export interface Execution {
  status: string;
  error: string | null;
  cause: string | null;
  output: unknown;
  states: StateVisit[];
}

/** The ARN of the execution, which is named like the recording. */
export function executionArn({ target }: Deployment, recordingId: string): string {
  return `${target.stateMachineArn.replace(':stateMachine:', ':execution:')}:${recordingId}`;
}

/**
 * Waits for the end of a recording's execution and reports its states on the way. Undefined when nothing was started
 * and nothing is left in the queue that could start it.
 */
export async function awaitExecution(
  deployment: Deployment,
  recordingId: string,
  options: { pollMs: number; onStates?: (states: StateVisit[]) => void; signal?: AbortSignal },
): Promise<Execution | undefined> {
  let quiet = 0;
  for (;;) {
    const described = await describe(deployment, recordingId);
    const isOver = described !== undefined && described.status !== 'RUNNING';
    const visits =
      described && (isOver || options.onStates) ? toVisits(await historyOf(deployment, recordingId, false)) : [];
    options.onStates?.(visits);
    if (isOver) return toExecution(described, visits);
    if (!described) quiet = (await isDrained(deployment)) ? quiet + 1 : 0;
    // One look is not enough: a message may be between the bucket's event and the queue.
    if (quiet > 2) return undefined;
    await pause(options.pollMs, undefined, options.signal ? { signal: options.signal } : {});
  }
}

/** Resolves when no message waits for `startWorkflow`. */
export async function awaitDrained(deployment: Deployment): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet += 1) {
    if (!(await isDrained(deployment))) quiet = 0;
    await pause(20);
  }
}

/** Undefined when there is no such execution. */
export async function describe(
  deployment: Deployment,
  recordingId: string,
): Promise<DescribeExecutionCommandOutput | undefined> {
  try {
    const executionArnOf = executionArn(deployment, recordingId);
    return await deployment.clients.sfn.send(new DescribeExecutionCommand({ executionArn: executionArnOf }));
  } catch (error) {
    if (isNamed(error, 'ExecutionDoesNotExist')) return undefined;
    throw error;
  }
}

async function isDrained({ clients, target }: Deployment): Promise<boolean> {
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: target.recordingQueue }));
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).every((count) => count === '0');
}

function toExecution(described: DescribeExecutionCommandOutput, states: StateVisit[]): Execution {
  return {
    status: described.status ?? 'UNKNOWN',
    error: described.error ?? null,
    cause: described.cause ?? null,
    output: described.output === undefined ? null : JSON.parse(described.output),
    states,
  };
}

/** The events of an execution, the oldest first; with their data, where that is asked for. */
export async function historyOf(
  deployment: Deployment,
  recordingId: string,
  includeExecutionData: boolean,
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await deployment.clients.sfn.send(
      new GetExecutionHistoryCommand({
        executionArn: executionArn(deployment, recordingId),
        includeExecutionData,
        maxResults: 1000,
        nextToken,
      }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

/** Events of a Map's iterations are interleaved: each belongs to the visit that its chain of predecessors began. */
export function toVisits(events: readonly HistoryEvent[]): StateVisit[] {
  const visits: (StateVisit & { since: number })[] = [];
  const visitOf = new Map<number, (typeof visits)[number]>();
  for (const event of events) {
    const { id = 0, previousEventId = 0, type = '', timestamp } = event;
    const at = timestamp?.getTime() ?? 0;
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) {
      const visit = { name: entered, attempts: 0, ms: undefined, since: at };
      visits.push(visit);
      visitOf.set(id, visit);
      continue;
    }
    const exited = event.stateExitedEventDetails?.name;
    const visit = visitOf.get(previousEventId);
    const own =
      exited === undefined ? visit : visit?.name === exited ? visit : visits.findLast((v) => v.name === exited);
    if (!own) continue;
    visitOf.set(id, own);
    if (type === 'TaskScheduled' || type === 'LambdaFunctionScheduled') own.attempts += 1;
    if (exited !== undefined) own.ms = at - own.since;
  }
  const end = events.at(-1)?.timestamp?.getTime() ?? 0;
  const isOver = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(events.at(-1)?.type ?? '');
  return visits.map(({ since, ms, ...visit }) => ({ ...visit, ms: ms ?? (isOver ? end - since : undefined) }));
}
