import type { Clock } from '../clock.ts';
import { ServiceError } from '../jsonService.ts';
import { type QueueAttributes, redrivePolicy, withDefaults } from './attributes.ts';
import { Queue, type QueueState } from './queue.ts';

/** The account and region of the queues, and the address at which they are reached. */
export interface QueuesOptions {
  clock: Clock;
  region: string;
  accountId: string;
  /** The gateway's URL. Queue URLs begin with it, since a client sends its requests to where the queue URL points. */
  endpoint: () => string;
}

/** The queues of one account and region. */
export interface Queues {
  all(): Queue[];
  /** Throws QueueDoesNotExist. */
  byName(name: string): Queue;
  /**
   * Throws QueueDoesNotExist. The host of the URL does not matter, as the service does not look at it either; a name
   * will do.
   */
  byUrl(url: string): Queue;
  url(queue: Queue): string;
  create(name: string, attributes: QueueAttributes): Queue;
  /** Throws InvalidParameterValue when the policy names a queue that does not exist. */
  checkDeadLetterQueue(attributes: QueueAttributes): void;
}

/** Works on queues kept in a map by their name; `saved` resolves once everything is on disk. */
export function queuesOver(queues: Map<string, Queue>, options: QueuesOptions, saved: () => Promise<void>) {
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
      if (!url.includes('/')) return orMissing(queues.get(url));
      const [account, name] = URL.canParse(url) ? new URL(url).pathname.split('/').slice(1) : [];
      return orMissing(account === accountId ? queues.get(name ?? '') : undefined);
    },
    url: (queue: Queue) => `${endpoint()}/${accountId}/${queue.state.name}`,
    create(name: string, attributes: QueueAttributes) {
      return restore({ name, attributes: withDefaults(attributes), createdAt: clock.now(), messages: [] });
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
