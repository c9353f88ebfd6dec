import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestStack } from '../../workflow/testStack.ts';

let dataDir: string;
let product: TestStack;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'deploy-'));
  product = await TestStack.start({ dataDir });
});
afterAll(async () => {
  await product.stop();
  await rm(dataDir, { recursive: true });
});

/** What the services say of everything that `infra/` declares. */
async function deployed() {
  const { deployment: declared } = product.stack;
  const { s3, sqs, dynamodb, sfn } = product.deployment.clients;
  const versioning = async (Bucket: string) => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
  const queue = async (QueueName: string) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const AttributeNames = ['VisibilityTimeout' as const, 'RedrivePolicy' as const];
    return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
  };
  const table = async (TableName: string) => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    return { table: Table, ttl: TimeToLiveDescription };
  };
  const { arn } = declared.stateMachine;
  return {
    versioning: await Promise.all(declared.buckets.map(({ name }) => versioning(name))),
    queues: await Promise.all(declared.queues.map(({ name }) => queue(name))),
    tables: await Promise.all(declared.tables.map(({ name }) => table(name))),
    machine: await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn })),
    rules: await rules(),
  };
}

async function rules() {
  const events = new EventBridgeClient(product.clientConfig());
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  events.destroy();
  return Rules.map(({ Name, EventPattern, State }) => ({ Name, EventPattern, State }));
}

test('the services have what infra declares', async () => {
  const { deployment: declared } = product.stack;
  const found = await deployed();
  expect(found.versioning).toEqual(declared.buckets.map(() => 'Enabled'));
  expect(found.queues).toEqual(
    declared.queues.map(({ visibilityTimeout, deadLetterArn, maxReceiveCount }) => ({
      VisibilityTimeout: String(visibilityTimeout),
      ...(deadLetterArn && {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount }),
      }),
    })),
  );
  expect(found.tables).toMatchObject(
    declared.tables.map(({ name, properties }) => ({
      table: {
        TableName: name,
        KeySchema: properties['KeySchema'],
        DeletionProtectionEnabled: true,
        SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' },
      },
      ttl: { AttributeName: 'ttl', TimeToLiveStatus: 'ENABLED' },
    })),
  );
  expect(JSON.parse(found.machine.definition ?? '')).toEqual(JSON.parse(declared.stateMachine.definition));
  expect(found.rules).toEqual(
    declared.rules.map(({ name, pattern }) => ({
      Name: name,
      EventPattern: JSON.stringify(pattern),
      State: 'ENABLED',
    })),
  );
});

test('deploying again over what is there changes nothing', async () => {
  const before = await deployed();
  await product.stop();
  product = await TestStack.start({ dataDir });
  const { $metadata: _, ...machine } = before.machine;
  expect(await deployed()).toMatchObject({ ...before, machine });
});
