import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { AuditChange } from '../anchor.ts';
import type { ApiPorts } from '../apiPorts.ts';
import { serviceName } from '../metrics.ts';
import type { Log, Ports } from '../ports.ts';
import { type Connected, connect } from './live.ts';
import { toMeasure } from './metrics.ts';
import { toWhileAlive } from './whileAlive.ts';
import { withoutPhi } from './withoutPhi.ts';

/** A step: given its ports, it takes the state's input and returns the state's output. */
export type Step<Input, Output, Given = Ports> = (ports: Given) => (input: Input) => Promise<Output>;

/**
 * The door: makes a Lambda handler of a step. Ports are connected on the first event, never at import, so that a step
 * can be imported by a test, a bundler and a type checker without an environment.
 */
export function lambda<Input, Output>(name: string, step: Step<Input, Output, Ports & ApiPorts>) {
  let ports: Connected | undefined;
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
        ports ??= connect(process.env, log, measure);
        return await step({ ...ports, whileAlive: toWhileAlive(() => context.getRemainingTimeInMillis()) })(event);
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
  const eachMessage: Step<SQSEvent, SQSBatchResponse> = (ports) => async (event) => {
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
  return lambda(name, eachMessage);
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
