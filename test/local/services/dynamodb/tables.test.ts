import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  ResourceNotFoundException,
  UpdateContinuousBackupsCommand,
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

test('a table keeps its encryption, stream and protection, and is active when it is described', async () => {
  const created = await createTable(stack.client, TableName, {
    SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/k' },
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    DeletionProtectionEnabled: true,
  });
  expect(created.TableDescription?.TableStatus).toBe('CREATING');
  const table = await describeTable();
  expect(table).toMatchObject({
    TableStatus: 'ACTIVE',
    TableArn: `arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`,
    SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k' },
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    DeletionProtectionEnabled: true,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
  expect(table?.LatestStreamArn).toMatch(/:table\/meeting-audit\/stream\/\d{4}-/);
});

test.each<[string, Partial<CreateTableCommandInput>]>([
  ['OnDemandThroughput', { OnDemandThroughput: { MaxReadRequestUnits: 1 } }],
  ['TableClass', { TableClass: 'STANDARD_INFREQUENT_ACCESS' }],
  ['Tags', { Tags: [{ Key: 'data', Value: 'phi' }] }],
])('a field that the stand-in does not know is refused, not dropped: %s', async (field, more) => {
  const error = await failureOf(createTable(stack.client, TableName, more));
  expect(error.message).toContain(`CreateTable with ${field}`);
  expect(await failureOf(describeTable())).toBeInstanceOf(ResourceNotFoundException);
});

test.each([
  ['DeleteTable', () => stack.client.send(new DeleteTableCommand({ TableName }))],
  ['ListTables', () => stack.client.send(new ListTablesCommand({}))],
])('an operation that is not there is refused by name: %s', async (operation, ask) => {
  const error = await failureOf(ask());
  expect(error.message).toContain(`DynamoDB_20120810.${operation}`);
});

test.each([
  ['described', (arn: string) => stack.client.send(new DescribeTableCommand({ TableName: arn }))],
  ['read', (arn: string) => stack.client.send(new GetItemCommand({ TableName: arn, Key: { pk: { S: 'M' } } }))],
])('a table cannot be %s by its ARN', async (_, ask) => {
  await createTable(stack.client, TableName);
  const error = await failureOf(ask(`arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`));
  expect(error.name).toBe('NotImplemented');
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

test('point-in-time recovery is off until it is turned on', async () => {
  await createTable(stack.client, TableName);
  const recovery = async () => {
    const answer = await stack.client.send(new DescribeContinuousBackupsCommand({ TableName }));
    return answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  };
  expect(await recovery()).toBe('DISABLED');
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await stack.client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  expect(await recovery()).toBe('ENABLED');
  expect(await describeTable()).not.toHaveProperty('recoverable');
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
  const { Table } = await second.client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.DeletionProtectionEnabled).toBe(true);
  await expect(startDynamoDb(dataDir)).rejects.toThrow('another process may have them open');
  await second.close();
  await rm(dataDir, { recursive: true });
});
