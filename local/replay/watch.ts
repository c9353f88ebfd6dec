import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { classifyKey } from '../../pipeline/recording/recording.ts';
import type { WorkflowInput } from '../../pipeline/workflow.ts';
import { collect } from './collect.ts';
import type { Deployment } from './deployment.ts';
import { awaitExecution, describe } from './execution.ts';
import { toOutcome } from './outcome.ts';
import { liveStates } from './liveStates.ts';
import { describeIds, describeOutcome } from './outcomeLines.ts';

export interface WatchOptions {
  /** `DIR`; the files of a recording go to `DIR/<recordingId>/`. */
  out: string;
  say: (line: string) => void;
  pollMs: number;
  signal: AbortSignal;
}

/**
 * Follows every execution that somebody starts from now on, until the signal aborts: its states as they end, its outcome, and where
 * its files are. Each line says which recording it is about, because several may be under way.
 */
export async function watch(deployment: Deployment, options: WatchOptions): Promise<void> {
  const { signal, pollMs, say } = options;
  const known = new Set((await newest(deployment)).map(({ name }) => name));
  const following: Promise<void>[] = [];
  const unlessOver = (error: unknown) => {
    if (!signal.aborted) say(`the runs cannot be followed: ${String(error)}`);
  };
  while (!signal.aborted) {
    for (const { name = '' } of await newest(deployment)) {
      if (known.has(name)) continue;
      known.add(name);
      following.push(follow(deployment, name, options).catch(unlessOver));
    }
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(following);
}

/** The executions that were started last, the oldest of them first. */
async function newest({ clients, target }: Deployment): Promise<ExecutionListItem[]> {
  const { stateMachineArn } = target;
  const { executions = [] } = await clients.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 100 }));
  return executions.toReversed();
}

async function follow(deployment: Deployment, recordingId: string, options: WatchOptions): Promise<void> {
  const { say, pollMs, signal } = options;
  const started = await describe(deployment, recordingId);
  const { recording } = JSON.parse(started?.input ?? '{}') as Partial<WorkflowInput>;
  const key = recording?.key ?? '';
  const short = recordingId.slice(0, 'rec-'.length + 8);
  say(`${short} begins: ${key}`);
  const onStates = liveStates((line) => say(`${short}${line}`));
  const execution = await awaitExecution(deployment, recordingId, { pollMs, onStates, signal });
  const ended = await describe(deployment, recordingId);
  const { meetingId = 'unknown' } = classifyKey(key);
  const folder = join(options.out, recordingId);
  const collected = await collect(deployment, { recordingId, meetingId }, execution, folder);
  const seconds = ((ended?.stopDate?.getTime() ?? 0) - (started?.startDate?.getTime() ?? 0)) / 1000;
  const facts = { name: recordingId, recordingId, duplicate: false, meetingId, folder, executions: 1, seconds };
  const outcome = toOutcome(facts, execution, collected, undefined);
  const lines = outcome.ok ? [`    the files are in ${folder}`] : [];
  for (const line of [describeOutcome(outcome), ...lines, ...describeIds(outcome, '')]) say(line);
}
