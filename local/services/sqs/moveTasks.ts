import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type JsonObject, type Operation, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import { redrivePolicy } from './attributes.ts';
import type { Queue } from './queue.ts';
import { requests } from './requests.ts';

interface MoveTask {
  handle: string;
  source: Queue;
  destination: Queue;
  status: 'RUNNING' | 'COMPLETED';
  moved: number;
  toMove: number;
  startedAt: number;
  perSecond: number | undefined;
}

export interface MoveTasksOptions {
  clock: Clock;
  all: () => Queue[];
  /** Throws QueueDoesNotExist. */
  byArn: (arn: string) => Queue;
  saved: () => Promise<void>;
}

/** The pace when none is asked for; the service chooses its own. */
const usualPace = 500;
const INVALID = 'InvalidParameterValue';

/** Moving what a dead-letter queue holds to where it can be handled again. */
export function moveTaskOperations({ clock, all, byArn, saved }: MoveTasksOptions): Record<string, Operation> {
  const tasks: MoveTask[] = [];

  async function move(task: MoveTask): Promise<void> {
    const { source, destination } = task;
    for (; task.moved < task.toMove; task.moved++) {
      const [received] = source.receive(1);
      if (!received) break;
      // A message that was moved is a new one: it has a new id and has never been received.
      destination.send(received.message.body, received.message.senderId);
      source.delete(received.receiptHandle);
      await saved();
      await clock.sleep(1000 / (task.perSecond ?? usualPace));
    }
    task.status = 'COMPLETED';
  }

  return {
    StartMessageMoveTask(input) {
      const request = readRequest('StartMessageMoveTask', requests.StartMessageMoveTask, input, INVALID);
      const source = byArn(request.SourceArn);
      const isDead = all().some((queue) => policyOf(queue) === source.arn);
      if (!isDead) {
        throw new ServiceError(INVALID, 'Source queue must be configured as a Dead Letter Queue.');
      }
      if (tasks.some((task) => task.source === source && task.status === 'RUNNING')) {
        const reason = 'There is already a task running. Only one active task is allowed for a source queue arn.';
        throw new ServiceError('UnsupportedOperation', `AWS.SimpleQueueService.UnsupportedOperation: ${reason}`);
      }
      const task: MoveTask = {
        handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
        source,
        destination: byArn(request.DestinationArn),
        status: 'RUNNING',
        moved: 0,
        toMove: source.counts().visible,
        startedAt: clock.now(),
        perSecond: request.MaxNumberOfMessagesPerSecond,
      };
      tasks.unshift(task);
      void move(task);
      return { TaskHandle: task.handle };
    },

    ListMessageMoveTasks(input) {
      const request = readRequest('ListMessageMoveTasks', requests.ListMessageMoveTasks, input, INVALID);
      const source = byArn(request.SourceArn);
      const found = tasks.filter((task) => task.source === source).slice(0, request.MaxResults);
      return { Results: found.map(describe) };
    },
  };
}

const policyOf = (queue: Queue) => redrivePolicy(queue.state.attributes)?.deadLetterTargetArn;

function describe(task: MoveTask): JsonObject {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.source.arn,
    DestinationArn: task.destination.arn,
    ...(task.perSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.perSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    StartedTimestamp: task.startedAt,
  };
}
