import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { casesBucket } from '../cases/recorded.ts';
import { connectClients } from './clients.ts';
import type { JsonObject } from '../services/jsonService.ts';
import type { Services } from './wiring.ts';
import type { Deployment } from './template.ts';

/**
 * Creates everything that `infra/` declares, through the services' own APIs, so that they check it. Repeating it
 * changes nothing.
 */
export async function deploy(deployment: Deployment, env: Record<string, string>, services: Services): Promise<void> {
  for (const { name, ...options } of deployment.buckets) await services.s3.createBucket(name, options);
  await services.s3.createBucket(casesBucket);
  using clients = connectClients(env);
  await createQueues(deployment, clients.sqs);
  for (const rule of deployment.rules) services.bus.putRule({ ...rule, pattern: rule.pattern as JsonObject });
  await createTables(deployment, clients.dynamodb);
  await createStateMachine(deployment, clients.sfn);
}

/** Dead-letter queues come first: a queue may only name one that exists. */
async function createQueues({ queues }: Deployment, sqs: SQSClient): Promise<void> {
  for (const queue of queues.toSorted((a, b) => Number(Boolean(a.deadLetterArn)) - Number(Boolean(b.deadLetterArn)))) {
    const { name, visibilityTimeout, deadLetterArn, maxReceiveCount } = queue;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount });
    const Attributes = { VisibilityTimeout: String(visibilityTimeout), ...(deadLetterArn ? { RedrivePolicy } : {}) };
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  }
}

interface TableProperties extends Record<string, unknown> {
  SSESpecification: { SSEEnabled: boolean };
  StreamSpecification?: object;
  TimeToLiveSpecification: { AttributeName: string; Enabled: boolean };
}

/** CloudFormation and the API spell some of a table's properties differently. */
async function createTables({ tables }: Deployment, dynamodb: DynamoDBClient): Promise<void> {
  for (const { name, properties } of tables) {
    const { PointInTimeRecoverySpecification: _, TimeToLiveSpecification, ...table } = properties as TableProperties;
    const { SSEEnabled, ...key } = table.SSESpecification;
    const stream = table.StreamSpecification && { StreamEnabled: true, ...table.StreamSpecification };
    const input = { ...table, SSESpecification: { Enabled: SSEEnabled, ...key }, StreamSpecification: stream };
    try {
      await dynamodb.send(new CreateTableCommand(input as unknown as CreateTableCommandInput));
    } catch (error) {
      if (isNamed(error, 'ResourceInUseException')) continue; // kept from an earlier start
      throw error;
    }
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
}

async function createStateMachine({ stateMachine }: Deployment, sfn: SFNClient): Promise<void> {
  const { name, definition } = stateMachine;
  const roleArn = 'arn:aws:iam::111122223333:role/transcription';
  await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }));
}
