import { join } from 'node:path';
import type { JsonService } from '../jsonService.ts';
import { readSnapshot, snapshotWriter } from '../snapshot.ts';
import { moveTaskOperations } from './moveTasks.ts';
import { queueOperations } from './operations.ts';
import type { Queue, QueueState } from './queue.ts';
import { type QueuesOptions, queuesOver } from './queues.ts';

export interface SqsOptions extends QueuesOptions {
  /** The folder that keeps queues and messages; without it they are kept in memory. */
  dataDir?: string;
}

export interface Sqs {
  service: JsonService;
  /** For services that deliver in-process. Throws QueueDoesNotExist. */
  send: (queueArn: string, body: string) => Promise<void>;
  /** Throws QueueDoesNotExist. */
  queue: (queueArn: string) => Queue;
  /** The address at which clients reach a queue. Throws QueueDoesNotExist. */
  url: (queueArn: string) => string;
  /** Resolves once everything is on disk. */
  close(): Promise<void>;
}

/** SQS standard queues. The event source mappings receive in-process, an operator over HTTP. */
export async function createSqs(options: SqsOptions): Promise<Sqs> {
  const { clock, dataDir } = options;
  const queues = new Map<string, Queue>();
  const path = dataDir === undefined ? undefined : join(dataDir, 'sqs.json');
  const states = () => [...queues.values()].map((queue) => queue.state);
  const saved = path === undefined ? () => Promise.resolve() : snapshotWriter(path, states);
  const registry = queuesOver(queues, options, saved);
  for (const state of (path && (await readSnapshot<QueueState[]>(path))) || []) {
    registry.restore(state);
  }
  return {
    service: {
      target: 'AmazonSQS',
      protocol: '1.0',
      operations: { ...queueOperations(registry, saved), ...moveTaskOperations({ ...registry, clock, saved }) },
    },
    async send(queueArn, body) {
      registry.byArn(queueArn).send(body, 'events.amazonaws.com');
      await clock.busy(saved());
    },
    queue: registry.byArn,
    url: (queueArn) => registry.url(registry.byArn(queueArn)),
    close: saved,
  };
}
