import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { AuditChange } from '../anchor.ts';
import type { ApiPorts } from '../apiPorts.ts';
import { serviceName } from '../metrics.ts';
import type { Log, Measure, Ports } from '../ports.ts';
import { connect } from './live.ts';
import { toMeasure } from './metrics.ts';
import { toWhileAlive } from './whileAlive.ts';
import { withoutPhi } from './withoutPhi.ts';

/** A step: given its ports, it takes the state's input and returns the state's output. */
export type Step<Input, Output, Given = Ports> = (ports: Given) => (input: Input) => Promise<Output>;

/** Connects the ports of one part of the product. */
export type Connect<Given> = (env: Environment, log: Log, measure: Measure) => Omit<Given, 'whileAlive'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The door of the workflow and of the reading. */
export function lambda<Input, Output>(name: string, step: Step<Input, Output, Ports & ApiPorts>) {
  return toHandler(name, step, connect);
}

/**
 * Makes a Lambda handler of a step. Ports are connected on the first event, never at import, so that a step can be
 * imported by a test, a bundler and a type checker without an environment.
 */
export function toHandler<Input, Output, Given>(
  name: string,
  step: Step<Input, Output, Given>,
  connectPorts: Connect<Given>,
) {
  let ports: Omit<Given, 'whileAlive'> | undefined;
  const logger = new Logger({ serviceName, persistentKeys: { step: name } });
  const log: Log = (message, facts = {}) => logger.info(message, facts);
  const measure = toMeasure(name);
  return middy<Input, Output>()
    .use({
      before: ({ event, context }) => {
        logger.appendKeys({ recordingId: idOf(event), requestId: context.awsRequestId });
      },
    })
    .handler(async (event: Input, context: Context): Promise<Output> => {
      try {
        ports ??= connectPorts(process.env, log, measure);
        const whileAlive = toWhileAlive(() => context.getRemainingTimeInMillis());
        return await step({ ...ports, whileAlive } as Given)(event);
      } catch (error) {
        const failure = withoutPhi(name, error);
        logger.error(`${name} failed`, { errorName: failure.name, errorMessage: failure.message });
        throw failure;
      }
    });
}

/**
 * The door for queues: the step takes one message's body at a time. Only the messages that fail are handed back, to be
 * delivered again and in the end to the dead-letter queue; one bad message never holds up the others.
 */
export function queue(name: string, step: Step<unknown, unknown>) {
  return lambda(name, eachMessage(name, step));
}

/** The step on each message of a batch. */
export function eachMessage<Given extends { log: Log }>(
  name: string,
  step: Step<unknown, unknown, Given>,
): Step<SQSEvent, SQSBatchResponse, Given> {
  return (ports) => async (event) => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of event.Records) {
      try {
        await step(ports)(JSON.parse(body));
      } catch (error) {
        const failure = withoutPhi(name, error);
        ports.log('message failed', { messageId, errorName: failure.name, errorMessage: failure.message });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

/** The door for the audit table's stream. A batch that fails is halved and comes again, so the step may see it twice. */
export function stream(name: string, step: Step<AuditChange[], void>) {
  const eachBatch: Step<DynamoDBStreamEvent, void> = (ports) => async (event) => {
    const { toChanges } = await import('./stream.ts');
    await step(ports)(toChanges(event));
  };
  return lambda(name, eachBatch);
}

function idOf(event: unknown): string | undefined {
  const id = (event as { recordingId?: unknown } | null)?.recordingId;
  return typeof id === 'string' ? id : undefined;
}
