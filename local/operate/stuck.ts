import { type ExecutionListItem, GetExecutionHistoryCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import { runNumberOf } from '../../pipeline/recording/recording.ts';
import { counted } from '../commandLine.ts';
import type { Deployment } from '../replay/deployment.ts';
import { describe, executionArn } from '../replay/execution.ts';
import { findDeadLetters } from './deadLetters.ts';
import { readRuns, readUnderWay, type RunRow, underWay } from './runs.ts';

/** Something that stands still, in a line, and what to do about it. */
export interface Stuck {
  what: string;
  remedy: string;
}

/**
 * Whatever stands still: executions that have run for long, rows that say that they are under way and have no execution
 * that runs, and messages that nobody could handle.
 * @param queues the names of the queues whose dead-letter queues are looked at
 */
export async function findStuck(
  deployment: Deployment,
  { hours, queues, now }: { hours: number; queues: readonly string[]; now: Date },
): Promise<Stuck[]> {
  const running = await listRunning(deployment);
  const names = new Set(running.map(({ name }) => name));
  const slow = running.filter(({ startDate }) => now.getTime() - (startDate?.getTime() ?? 0) > hours * 3_600_000);
  const left = (await readUnderWay(deployment)).filter((row) => !names.has(row.recording_id));
  const found: (Stuck | undefined)[] = [];
  for (const execution of slow) found.push(await toSlow(deployment, execution, now));
  for (const row of left) found.push(await toLeft(deployment, row));
  for (const queue of queues) found.push(await toDead(deployment, queue));
  return found.filter((one) => one !== undefined);
}

async function listRunning({ clients, target }: Deployment): Promise<ExecutionListItem[]> {
  const { stateMachineArn } = target;
  const running: ExecutionListItem[] = [];
  const pages = paginateListExecutions({ client: clients.sfn }, { stateMachineArn, statusFilter: 'RUNNING' });
  for await (const { executions = [] } of pages) running.push(...executions);
  return running;
}

async function toSlow(deployment: Deployment, { name = '', startDate }: ExecutionListItem, now: Date): Promise<Stuck> {
  const hours = (now.getTime() - (startDate?.getTime() ?? 0)) / 3_600_000;
  const { events = [] } = await deployment.clients.sfn.send(
    new GetExecutionHistoryCommand({
      executionArn: executionArn(deployment, name),
      reverseOrder: true,
      maxResults: 50,
      includeExecutionData: false,
    }),
  );
  const state =
    events.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name ?? 'an unknown state';
  return {
    what: `${name} has been running for ${hours.toFixed(1)} hours, in ${state}`,
    remedy: 'it waits for a service: the logs of that step say which, and it goes on by itself',
  };
}

/**
 * Between the two looks, an execution may have begun or its row may have moved on: it is looked at once more. A row that a
 * later run has taken the place of stays as it is, and hinders nobody.
 */
async function toLeft(deployment: Deployment, row: RunRow): Promise<Stuck | undefined> {
  const { recording_id: recordingId, status, updated_at: since } = row;
  const execution = await describe(deployment, recordingId);
  if (execution?.status === 'RUNNING') return undefined;
  const runs = await readRuns(deployment, recordingId);
  const isOver = runs.every((run) => run.recording_id !== recordingId || !underWay.includes(run.status));
  const isReplaced = runs.some((run) => runNumberOf(run.recording_id) > runNumberOf(recordingId));
  if (isOver || isReplaced) return undefined;
  const { status: ended = 'there is none any more' } = execution ?? {};
  return {
    what: `${recordingId} says ${status} since ${since}, and its execution does not run: ${ended}`,
    remedy: `redrive the execution if it was stopped or timed out in the last 14 days, or npm run reprocess -- ${recordingId}`,
  };
}

async function toDead(deployment: Deployment, queue: string): Promise<Stuck | undefined> {
  const dead = await findDeadLetters(deployment, queue);
  if (!dead || dead.messages === 0) return undefined;
  return {
    what: `${dead.name} holds ${counted(dead.messages, 'message')} that nobody could handle`,
    remedy: `mend the cause, then npm run redrive -- ${dead.name} --move`,
  };
}
