import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Clock, virtualClock } from '../../../local/services/clock.ts';
import { objectCreatedEvent } from '../../../local/services/eventBridge/objectCreated.ts';
import { createEventBus } from '../../../local/services/eventBridge/eventBridge.ts';
import { Faults } from '../../../local/services/faults.ts';
import { type Gateway, startGateway } from '../../../local/services/gateway.ts';
import { eventSourceMapping } from '../../../local/services/lambda/eventSourceMapping.ts';
import { createLambda, type LambdaRuntime } from '../../../local/services/lambda/runtime.ts';
import { createSqs, type Sqs } from '../../../local/services/sqs/sqs.ts';
import { clientConfig } from '../testClock.ts';

/** Bus, queues and functions on the clock that jumps when nothing is under way. */

const account = { region: 'eu-west-1', accountId: '111122223333' };
const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
const start = Date.UTC(2026, 10, 20);

let clock: Clock;
let sqs: Sqs;
let gateway: Gateway;
let client: SQSClient;
let lambda: LambdaRuntime;
beforeEach(async () => {
  clock = virtualClock(start);
  sqs = await createSqs({ clock, ...account, endpoint: () => gateway.url });
  gateway = await startGateway({
    clock,
    services: [sqs.service],
    fallback: () => Promise.resolve(),
    faults: new Faults(),
  });
  client = new SQSClient(clientConfig(gateway.url));
  const handler = 'test/local/services/lambda/handlers/kinds.fail';
  lambda = await createLambda({
    root: new URL('../../../', import.meta.url),
    clock,
    env: {},
    functions: [{ name: 'startWorkflow', handler, timeoutSeconds: 60, memoryMb: 128 }],
  });
});
afterEach(async () => {
  client.destroy();
  await lambda.close();
  await gateway.close();
});

const create = (QueueName: string, Attributes = {}) => client.send(new CreateQueueCommand({ QueueName, Attributes }));

test('an event that nobody can handle is in the dead-letter queue after its visibility timeouts, without waiting', async () => {
  await create('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 3 });
  await create('recordings', { VisibilityTimeout: '360', RedrivePolicy });
  const bus = createEventBus({ clock, ...account, send: sqs.send });
  bus.putRule({ name: 'created', pattern: { source: ['aws.s3'] }, targets: [{ arn: arnOf('recordings') }] });
  const queue = sqs.queue(arnOf('recordings'));
  const mapping = eventSourceMapping({
    queue,
    lambda,
    functionName: 'startWorkflow',
    batchSize: 1,
    maximumConcurrency: 2,
    clock,
  });
  const object = { bucket: 'b', key: 'k', size: 1, etag: 'e', sequencer: '00', reason: 'PutObject' } as const;
  await bus.put(objectCreatedEvent(object, { ...account, time: clock.now(), id: 'x' }));
  await expect.poll(() => sqs.queue(arnOf('dead')).state.messages).toHaveLength(1);
  expect(lambda.usage().invocations).toBe(3);
  expect(clock.now() - start).toBe(3 * 360_000);
  await mapping.close();
});
