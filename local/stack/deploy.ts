import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type PointInTimeRecoverySpecification,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { casesBucket } from '../cases/recorded.ts';
import { connectClients } from './clients.ts';
import type { JsonObject } from '../services/jsonService.ts';
import { toDocuments, toQueueAttributes } from './settings.ts';
import type { Services } from './wiring.ts';
import type { Deployment } from './template.ts';

/**
 * Creates everything that `infra/` declares, through the services' own APIs, so that they check it. Repeating it
 * changes nothing.
 */
export async function deploy(deployment: Deployment, env: Record<string, string>, services: Services): Promise<void> {
  for (const { name, versioned, lock } of deployment.buckets) {
    const documents = toDocuments(deployment, name);
    await services.s3.createBucket(name, { versioned, documents, ...(lock && { lock }) });
  }
  await services.s3.createBucket(casesBucket);
  using clients = connectClients(env);
  await createQueues(deployment, clients.sqs);
  for (const rule of deployment.rules) services.bus.putRule({ ...rule, pattern: rule.pattern as JsonObject });
  await createTables(deployment, clients.dynamodb);
  await createStateMachine(deployment, clients.sfn);
}

/** Dead-letter queues come first: a queue may only name one that exists. */
async function createQueues(deployment: Deployment, sqs: SQSClient): Promise<void> {
  const { queues } = deployment;
  for (const queue of queues.toSorted((a, b) => Number(Boolean(a.deadLetterArn)) - Number(Boolean(b.deadLetterArn)))) {
    const { id, name, visibilityTimeout, deadLetterArn, maxReceiveCount } = queue;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount });
    const Attributes = { VisibilityTimeout: String(visibilityTimeout), ...(deadLetterArn ? { RedrivePolicy } : {}) };
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: toQueueAttributes(deployment, id) }));
  }
}

interface TableProperties extends Record<string, unknown> {
  SSESpecification?: { SSEEnabled: boolean };
  PointInTimeRecoverySpecification?: PointInTimeRecoverySpecification;
  StreamSpecification?: object;
  TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
}

/** CloudFormation and the API spell some of a table's properties differently. */
async function createTables({ tables }: Deployment, dynamodb: DynamoDBClient): Promise<void> {
  for (const { name, properties } of tables) {
    const {
      PointInTimeRecoverySpecification: recovery = { PointInTimeRecoveryEnabled: false },
      TimeToLiveSpecification,
      SSESpecification: { SSEEnabled: Enabled, ...key } = { SSEEnabled: false },
      StreamSpecification,
      ...table
    } = properties as TableProperties;
    const stream = StreamSpecification && { StreamEnabled: true, ...StreamSpecification };
    const input = { ...table, SSESpecification: { Enabled, ...key }, StreamSpecification: stream };
    const isNew = await createTable(dynamodb, input as unknown as CreateTableCommandInput);
    await dynamodb.send(
      new UpdateContinuousBackupsCommand({ TableName: name, PointInTimeRecoverySpecification: recovery }),
    );
    // What it has already is refused.
    if (isNew && TimeToLiveSpecification)
      await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
}

/** Whether the table was not there, kept from an earlier start. */
async function createTable(dynamodb: DynamoDBClient, input: CreateTableCommandInput): Promise<boolean> {
  try {
    await dynamodb.send(new CreateTableCommand(input));
    return true;
  } catch (error) {
    if (isNamed(error, 'ResourceInUseException')) return false;
    throw error;
  }
}

async function createStateMachine({ stateMachine }: Deployment, sfn: SFNClient): Promise<void> {
  const { name, definition } = stateMachine;
  const roleArn = 'arn:aws:iam::111122223333:role/transcription';
  await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }));
}
