import type { Clock } from '../services/clock.ts';
import type { DynamoDb } from '../services/dynamodb/service.ts';
import { eventSourceMapping } from '../services/lambda/eventSourceMapping.ts';
import type { LambdaRuntime } from '../services/lambda/runtime.ts';
import { schedule } from '../services/lambda/schedule.ts';
import { streamMapping } from '../services/lambda/streamMapping.ts';
import type { Deployment } from './template.ts';
import type { Services } from './wiring.ts';

export interface MappingsOptions {
  deployment: Deployment;
  services: Services;
  dynamodb: DynamoDb;
  lambda: LambdaRuntime;
  clock: Clock;
  onBroken: (error: unknown) => void;
}

/**
 * Feeds the queues and streams of the deployment to their functions, and lets its schedules tick when they are armed.
 * `close` hands over what waits in streams, if told.
 */
export function startMappings({ deployment, services, dynamodb, ...options }: MappingsOptions) {
  const closers: ((drain: boolean) => Promise<void>)[] = [];
  // What runs each minute finishes what was begun. What runs less often looks after what nobody may ever finish, and while
  // there is a meeting, there is.
  const isSomebodyMeeting = () => services.chime.meetings().some(({ endedAt }) => endedAt === undefined);
  const schedules = deployment.functions
    .flatMap(({ name, everyMinutes }) =>
      everyMinutes === undefined ? [] : { functionName: name, minutes: everyMinutes },
    )
    .map((of) =>
      schedule({ ...options, ...deployment.place, ...of, goesOn: of.minutes > 1 ? isSomebodyMeeting : undefined }),
    );
  closers.push(async () => {
    for (const { close } of schedules) close();
  });
  for (const { name, queue, stream } of deployment.functions) {
    const common = { ...options, functionName: name };
    if (stream) {
      const mapping = streamMapping({
        ...stream,
        ...common,
        subscribe: (onRecord) => dynamodb.subscribe(stream.table, onRecord),
        taken: (records) => dynamodb.taken(records),
        giveUp: (message) => services.send(stream.deadLetterArn, message),
      });
      closers.unshift((drain) => mapping.close(drain));
    }
    if (queue) {
      const mapping = eventSourceMapping({ ...queue, ...common, queue: services.queue(queue.arn) });
      closers.unshift(() => mapping.close());
    }
  }
  return {
    /** There may be something to do for them. */
    arm: () => {
      for (const { arm } of schedules) arm();
    },
    /** How many schedules are still to tick, however long nobody does anything. */
    ticks: () => schedules.filter(({ isArmed }) => isArmed()).length,
    async close(drain: boolean): Promise<void> {
      for (const close of closers) await close(drain);
    },
  };
}
