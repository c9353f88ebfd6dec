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
 * Follows every execution that somebody starts or redrives from now on, until the signal aborts: its states as they end,
 * its outcome, and where its files are. Each line says which recording it is about, because several may be under way.
 */
export async function watch(deployment: Deployment, options: WatchOptions): Promise<void> {
  const { signal, pollMs, say } = options;
  const known = new Set((await newest(deployment)).map(drivenOnce));
  const following = new Map<string, Promise<number>>();
  const unlessOver = (error: unknown) => {
    if (!signal.aborted) say(`the runs cannot be followed: ${String(error)}`);
    return 0;
  };
  while (!signal.aborted) {
    for (const execution of await newest(deployment)) {
      if (known.has(drivenOnce(execution))) continue;
      known.add(drivenOnce(execution));
      const { name = '', redriveCount = 0 } = execution;
      const before = following.get(name) ?? Promise.resolve(0);
      const next = before.then((told) => follow(deployment, name, { ...options, redriveCount, told }));
      following.set(name, next.catch(unlessOver));
    }
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(following.values());
}

/** An execution that is redriven keeps its name, and is to be shown again. */
const drivenOnce = ({ name = '', redriveCount = 0 }: ExecutionListItem) => `${name} ${redriveCount}`;

/** The executions that were started last, the oldest of them first. */
async function newest({ clients, target }: Deployment): Promise<ExecutionListItem[]> {
  const { stateMachineArn } = target;
  const { executions = [] } = await clients.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 100 }));
  return executions.toReversed();
}

interface FollowOptions extends WatchOptions {
  redriveCount: number;
  /** How many of its states were shown before it was redriven. */
  told: number;
}

/** Shows an execution to its end, and returns how many of its states are not to be shown again if it is redriven. */
async function follow(deployment: Deployment, recordingId: string, options: FollowOptions): Promise<number> {
  const { say, pollMs, signal, redriveCount, told } = options;
  const started = await describe(deployment, recordingId);
  const { recording } = JSON.parse(started?.input ?? '{}') as Partial<WorkflowInput>;
  const key = recording?.key ?? '';
  const short = recordingId.slice(0, 'rec-'.length + 8);
  say(redriveCount === 0 ? `${short} begins: ${key}` : `${short} goes on, redriven: ${key}`);
  const onStates = liveStates((line) => say(`${short}${line}`), told);
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
  // The last one did not come to its end, and is entered no second time.
  return Math.max(0, outcome.states.length - 1);
}
