import type { Clock } from '../clock.ts';
import { checkTarget, isApiDestination } from './apiDestinations.ts';
import { busOperations } from './operations.ts';
import { putEvents } from './putEvents.ts';
import { compilePattern } from './pattern.ts';
import type { BusEvent, Rule, Target } from './rule.ts';
import { type JsonObject, type JsonService, NotImplemented, ServiceError } from '../jsonService.ts';

const TARGETS_OF_A_RULE = 5;

export interface EventBusOptions {
  clock: Clock;
  region: string;
  accountId: string;
  /** Puts a message into a queue; throws QueueDoesNotExist. */
  send: (queueArn: string, body: string) => Promise<void>;
  /** Calls an API destination, and waits for nobody. Without it there is none. */
  call?: (target: Target, body: string) => void | Promise<void>;
}

export interface EventBus {
  service: JsonService;
  /**
   * Makes a rule or replaces the one of that name. Throws InvalidEventPatternException, LimitExceededException,
   * ValidationException, NotImplemented.
   */
  putRule(rule: { name: string; pattern: JsonObject; targets: Target[] }): void;
  /** Delivers to every target of every rule that fits, at least once; resolves when all queues have the event. */
  put: (event: BusEvent) => Promise<void>;
}

/**
 * The account's default event bus. Its rules get their targets, SQS queues and API destinations, in-process.
 */
export function createEventBus({ clock, region, accountId, send, call }: EventBusOptions): EventBus {
  const rules = new Map<string, Rule>();
  const put = async (event: BusEvent) => {
    const fitting = [...rules.values()].filter((rule) => rule.enabled && rule.test(event));
    const targets = fitting.flatMap((rule) => rule.targets);
    const body = JSON.stringify(event);
    const reach = async (target: Target) =>
      isApiDestination(target.arn) ? call?.(target, body) : deliver(send, target, body);
    await clock.busy(Promise.all(targets.map(reach)));
  };
  return {
    service: {
      target: 'AWSEvents',
      protocol: '1.1',
      operations: {
        ...busOperations({ rules, region, accountId }),
        PutEvents: putEvents({ clock, region, accountId, put }),
      },
    },
    put,
    putRule({ name, pattern, targets }) {
      if (targets.length > TARGETS_OF_A_RULE) {
        throw new ServiceError('LimitExceededException', `A rule has at most ${TARGETS_OF_A_RULE} targets.`);
      }
      for (const target of targets) {
        checkTarget(target);
        if (isApiDestination(target.arn) && !call) throw new NotImplemented('an API destination on this bus');
      }
      rules.set(name, { name, pattern, targets, enabled: true, test: compilePattern(pattern) });
    },
  };
}

/**
 * A missing queue is not retried: the event goes to the dead-letter queue. Without one it is lost, which is printed.
 */
async function deliver(send: EventBusOptions['send'], target: Target, body: string): Promise<void> {
  try {
    await send(target.arn, body);
  } catch (error) {
    if (!(error instanceof ServiceError && error.name === 'QueueDoesNotExist')) throw error;
    if (target.deadLetterArn === undefined) console.error(`An event is lost: its target ${target.arn} does not exist`);
    else await send(target.deadLetterArn, body);
  }
}
