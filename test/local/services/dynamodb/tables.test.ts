import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  ResourceNotFoundException,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failureOf } from '../../testClock.ts';
import { createTable, startDynamoDb } from './stack.ts';

const TableName = 'meeting-audit';
let stack: Awaited<ReturnType<typeof startDynamoDb>>;
beforeEach(async () => {
  stack = await startDynamoDb();
});
afterEach(() => stack.close());

const describeTable = async () => (await stack.client.send(new DescribeTableCommand({ TableName }))).Table;

test('a table keeps its encryption, stream, protection, class and tags, and is active when it is described', async () => {
  const created = await createTable(stack.client, TableName, {
    SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/k' },
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    DeletionProtectionEnabled: true,
    TableClass: 'STANDARD_INFREQUENT_ACCESS',
    Tags: [{ Key: 'data', Value: 'phi' }],
  });
  expect(created.TableDescription?.TableStatus).toBe('CREATING');
  const table = await describeTable();
  expect(table).toMatchObject({
    TableStatus: 'ACTIVE',
    TableArn: `arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`,
    SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k' },
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    DeletionProtectionEnabled: true,
    TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
  expect(table?.LatestStreamArn).toMatch(/:table\/meeting-audit\/stream\/\d{4}-/);
  const tags = await stack.client.send(new ListTagsOfResourceCommand({ ResourceArn: table?.TableArn }));
  expect(tags.Tags).toEqual([{ Key: 'data', Value: 'phi' }]);
});

test('a field that the stand-in does not know is refused, not dropped', async () => {
  const error = await failureOf(
    createTable(stack.client, TableName, { OnDemandThroughput: { MaxReadRequestUnits: 1 } }),
  );
  expect(error.message).toContain('CreateTable with OnDemandThroughput');
  expect((await stack.client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
});

test('a new index on an existing table is refused, not pretended', async () => {
  await createTable(stack.client, TableName);
  const error = await failureOf(
    stack.client.send(
      new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byRecording' } }] }),
    ),
  );
  expect(error.name).toBe('NotImplemented');
});

test('deletion protection holds until it is taken off', async () => {
  await createTable(stack.client, TableName, { DeletionProtectionEnabled: true });
  const refused = await failureOf(stack.client.send(new DeleteTableCommand({ TableName })));
  expect(refused.name).toBe('ValidationException');
  await stack.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await stack.client.send(new DeleteTableCommand({ TableName }));
  expect(await failureOf(describeTable())).toBeInstanceOf(ResourceNotFoundException);
});

test('a table made again after its deletion is empty', async () => {
  const Item = { pk: { S: 'M' }, sk: { S: 'A' } };
  await createTable(stack.client, TableName);
  await stack.client.send(new PutItemCommand({ TableName, Item }));
  await stack.client.send(new DeleteTableCommand({ TableName }));
  await createTable(stack.client, TableName);
  expect((await stack.client.send(new GetItemCommand({ TableName, Key: Item }))).Item).toBeUndefined();
});

test('time to live is set, described and not set twice', async () => {
  await createTable(stack.client, TableName);
  const set = (AttributeName: string, Enabled = true) =>
    stack.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } }));
  const described = async () =>
    (await stack.client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
  expect(await described()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  expect((await failureOf(set('ttl', false))).message).toContain('already disabled');
  await set('ttl');
  expect(await described()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
  expect((await failureOf(set('ttl'))).message).toContain('already enabled');
  expect((await failureOf(set('other'))).message).toContain('different AttributeName');
  await set('ttl', false);
  expect(await described()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  expect(await describeTable()).not.toHaveProperty('timeToLive');
});

test('point-in-time recovery is stored, within its bounds', async () => {
  await createTable(stack.client, TableName);
  const enable = (days: number) =>
    stack.client.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days },
      }),
    );
  expect((await failureOf(enable(36))).name).toBe('ValidationException');
  await enable(20);
  const { ContinuousBackupsDescription } = await stack.client.send(new DescribeContinuousBackupsCommand({ TableName }));
  expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
    PointInTimeRecoveryStatus: 'ENABLED',
    RecoveryPeriodInDays: 20,
  });
  const missing = await failureOf(stack.client.send(new DescribeContinuousBackupsCommand({ TableName: 'missing' })));
  expect(missing.name).toBe('TableNotFoundException');
});

test('tables, items and settings survive a restart with a data directory', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
  const Item = { pk: { S: 'M' }, sk: { S: 'A' }, ttl: { N: '1' } };
  const first = await startDynamoDb(dataDir);
  await createTable(first.client, TableName, { DeletionProtectionEnabled: true });
  await first.client.send(new PutItemCommand({ TableName, Item }));
  await first.client.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } }),
  );
  await first.close();

  const second = await startDynamoDb(dataDir);
  const Key = { pk: Item.pk, sk: Item.sk };
  expect((await second.client.send(new GetItemCommand({ TableName, Key }))).Item).toEqual(Item);
  expect((await second.client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription).toMatchObject({
    AttributeName: 'ttl',
  });
  expect((await failureOf(second.client.send(new DeleteTableCommand({ TableName })))).name).toBe('ValidationException');
  await expect(startDynamoDb(dataDir)).rejects.toThrow('another process may have them open');
  await second.close();
  await rm(dataDir, { recursive: true });
});
