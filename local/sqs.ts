import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { type JsonService, ServiceError } from './jsonService.ts';
import { readSnapshot, snapshotWriter } from './snapshot.ts';
import { type QueueAttributes, redrivePolicy, withDefaults } from './sqs/attributes.ts';
import { queueOperations } from './sqs/queueOperations.ts';
import { messageOperations } from './sqs/messageOperations.ts';
import { Queue, type QueueState } from './sqs/queue.ts';

export interface SqsOptions {
  clock: Clock;
  region: string;
  accountId: string;
  /** The gateway's URL. Queue URLs begin with it, since a client sends its requests to where the queue URL points. */
  endpoint: () => string;
  /** Where queues and messages are kept; in memory without it. */
  dataDir?: string;
}

export interface Sqs {
  service: JsonService;
  /** For those who deliver in-process. Throws QueueDoesNotExist. */
  send: (queueArn: string, body: string, senderId?: string) => Promise<void>;
  /** Throws QueueDoesNotExist. */
  queue: (queueArn: string) => Queue;
  /** Resolves once everything is on disk. */
  close(): Promise<void>;
}

/** The queues of one account and region. */
export interface Queues {
  all(): Queue[];
  /** Throws QueueDoesNotExist. */
  byName(name: string): Queue;
  /** Throws QueueDoesNotExist; takes the URL of any host, as the service does not look at it either. */
  byUrl(url: string): Queue;
  url(queue: Queue): string;
  create(name: string, attributes: QueueAttributes): Queue;
  /** Throws InvalidParameterValue when the policy names a queue that does not exist. */
  checkDeadLetterQueue(attributes: QueueAttributes): void;
}

/** SQS standard queues. FIFO queues, tags, permissions and message moving are refused by name. */
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
      operations: { ...queueOperations(registry, saved), ...messageOperations(registry, clock) },
      waits: ['ReceiveMessage'],
    },
    async send(queueArn, body, senderId = 'events.amazonaws.com') {
      registry.byArn(queueArn).send(body, senderId);
      await clock.busy(saved());
    },
    queue: registry.byArn,
    close: saved,
  };
}

function queuesOver(queues: Map<string, Queue>, options: SqsOptions, saved: () => Promise<void>) {
  const { clock, region, accountId, endpoint } = options;
  const find = (arn: string) => [...queues.values()].find((queue) => queue.arn === arn);
  const restore = (state: QueueState): Queue => {
    const arn = `arn:aws:sqs:${region}:${accountId}:${state.name}`;
    const queue = new Queue({ arn, clock, state, find, saved });
    queues.set(state.name, queue);
    return queue;
  };
  const orMissing = (queue: Queue | undefined): Queue => {
    if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  return {
    restore,
    all: () => [...queues.values()],
    byArn: (arn: string) => orMissing(find(arn)),
    byName: (name: string) => orMissing(queues.get(name)),
    byUrl(url: string) {
      const [account, name] = URL.canParse(url) ? new URL(url).pathname.split('/').slice(1) : [];
      return orMissing(account === accountId ? queues.get(name ?? '') : undefined);
    },
    url: (queue: Queue) => `${endpoint()}/${accountId}/${queue.state.name}`,
    create(name: string, attributes: QueueAttributes) {
      const now = clock.now();
      return restore({ name, attributes: withDefaults(attributes), createdAt: now, modifiedAt: now, messages: [] });
    },
    checkDeadLetterQueue(attributes: QueueAttributes) {
      const policy = redrivePolicy(attributes);
      if (!policy || find(policy.deadLetterTargetArn)) return;
      throw new ServiceError(
        'InvalidParameterValue',
        `Dead letter target does not exist: ${policy.deadLetterTargetArn}`,
      );
    },
  };
}
