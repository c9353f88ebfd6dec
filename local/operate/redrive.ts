import { setTimeout as pause } from 'node:timers/promises';
import {
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { toBill } from '../../infra/cost.ts';
import { defaultOperations } from '../../pipeline/clinical/operations.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import type { Deployment } from '../replay/deployment.ts';
import type { DeadLetters } from './deadLetters.ts';

/** What became of a dead-letter queue: how many of its messages were moved, and why not all of them. */
export interface Moved {
  moved: number;
  because?: string;
}

/**
 * Moves what a dead-letter queue holds to the queue that it came from, and waits until it is there. A move that somebody
 * else has begun is waited for, not begun again. The destination is named, because messages that EventBridge gave up on
 * came from no queue.
 * @param tell gets how many messages have been moved so far, and of how many
 */
export async function redrive(
  deployment: Deployment,
  dead: DeadLetters,
  { perSecond, pollMs }: { perSecond: number; pollMs: number },
  tell: (moved: number, of: number) => void,
): Promise<Moved> {
  const { sqs } = deployment.clients;
  try {
    await sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: dead.arn,
        DestinationArn: dead.queue.arn,
        MaxNumberOfMessagesPerSecond: perSecond,
      }),
    );
  } catch (error) {
    if (!isNamed(error, 'UnsupportedOperation', 'AWS.SimpleQueueService.UnsupportedOperation')) throw error;
  }
  for (;;) {
    const task = await newestTask(deployment, dead);
    const { ApproximateNumberOfMessagesMoved: moved = 0, ApproximateNumberOfMessagesToMove: of = dead.messages } = task;
    tell(moved, of);
    if (task.Status === 'COMPLETED') return { moved };
    if (task.Status !== 'RUNNING') {
      return {
        moved,
        because: `the move is ${task.Status ?? 'unknown'}: ${task.FailureReason ?? 'no reason was given'}`,
      };
    }
    await pause(pollMs);
  }
}

async function newestTask({ clients }: Deployment, { arn }: DeadLetters): Promise<ListMessageMoveTasksResultEntry> {
  const { Results = [] } = await clients.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: 1 }));
  return Results[0] ?? {};
}

/** What a consultation of a quarter of an hour costs at list prices, in USD. */
export function usualUsd(): number {
  const workload = { minutes: 15, consultations: 1, characters: 800, operations: defaultOperations };
  return toBill(workload).at(-1)?.each ?? 0;
}
