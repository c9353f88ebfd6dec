import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../testClock.ts';
import { createTable, startDynamoDb } from './stack.ts';

const TableName = 'meeting-audit';
let stack: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  stack = await startDynamoDb();
  await createTable(stack.client, TableName, {
    AttributeDefinitions: ['pk', 'sk', 'recordingId'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byRecording',
        KeySchema: [
          { AttributeName: 'recordingId', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
});
afterAll(() => stack.close());

const put = (item: Record<string, unknown>) => new PutItemCommand({ TableName, Item: marshall(item) });
const key = (pk: string, sk: string) => marshall({ pk, sk });
const get = async (pk: string, sk: string) =>
  (await stack.client.send(new GetItemCommand({ TableName, Key: key(pk, sk), ConsistentRead: true }))).Item;

describe('conditions', () => {
  const first = { pk: 'M#1', sk: 'A', note: 'first' };

  test('attribute_not_exists lets the first put through and hands the second the old item', async () => {
    const command = (note: string) =>
      new PutItemCommand({
        TableName,
        Item: marshall({ ...first, note }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    await stack.client.send(command('first'));
    const error = await failureOf(stack.client.send(command('second')));
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect((error as ConditionalCheckFailedException).Item).toEqual(marshall(first));
    expect(await get('M#1', 'A')).toEqual(marshall(first));
  });

  test('without the option the error carries no item', async () => {
    await stack.client.send(put({ pk: 'M#2', sk: 'A' }));
    const error = await failureOf<ConditionalCheckFailedException>(
      stack.client.send(
        new DeleteItemCommand({
          TableName,
          Key: key('M#2', 'A'),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error.Item).toBeUndefined();
  });

  test('a failed condition on a missing item carries no item', async () => {
    const error = await failureOf<ConditionalCheckFailedException>(
      stack.client.send(
        new UpdateItemCommand({
          TableName,
          Key: key('M#3', 'missing'),
          UpdateExpression: 'SET a = :a',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':a': { S: 'x' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error.Item).toBeUndefined();
    expect(await get('M#3', 'missing')).toBeUndefined();
  });

  test('an update with a condition that holds returns the new item', async () => {
    await stack.client.send(put({ pk: 'M#4', sk: 'HEAD', sequence: 4 }));
    const { Attributes } = await stack.client.send(
      new UpdateItemCommand({
        TableName,
        Key: key('M#4', 'HEAD'),
        UpdateExpression: 'SET #s = #s + :one',
        ConditionExpression: '#s = :four',
        ExpressionAttributeNames: { '#s': 'sequence' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':four': { N: '4' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(Attributes).toEqual(marshall({ pk: 'M#4', sk: 'HEAD', sequence: 5 }));
  });
});

describe('queries', () => {
  beforeAll(async () => {
    const items = [
      ['Q', 'STARTED#2026-11-20T09:30:00.002Z', 'rec-1'],
      ['Q', 'STARTED#2026-11-20T09:30:00.001Z', 'rec-2'],
      ['Q', 'STORED#2026-11-20T09:31:00.000Z', 'rec-1'],
      ['R', 'STARTED#2026-11-20T09:32:00.000Z', 'rec-1'],
    ];
    for (const [pk, sk, recordingId] of items) await stack.client.send(put({ pk, sk, recordingId }));
  });

  test('begins_with selects within a partition, in the order of the sort key', async () => {
    const { Items } = await stack.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: 'Q' }, ':prefix': { S: 'STARTED#' } },
      }),
    );
    expect(Items?.map((item) => item['sk']?.S)).toEqual([
      'STARTED#2026-11-20T09:30:00.001Z',
      'STARTED#2026-11-20T09:30:00.002Z',
    ]);
  });

  test('a global index gathers over partitions, page by page', async () => {
    const page = (start?: QueryCommand['input']['ExclusiveStartKey']) =>
      stack.client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byRecording',
          KeyConditionExpression: 'recordingId = :id',
          ExpressionAttributeValues: { ':id': { S: 'rec-1' } },
          Limit: 2,
          ExclusiveStartKey: start,
        }),
      );
    const one = await page();
    const two = await page(one.LastEvaluatedKey);
    const found = [...(one.Items ?? []), ...(two.Items ?? [])].map((item) => `${item['pk']?.S} ${item['sk']?.S}`);
    expect(found).toEqual([
      'Q STARTED#2026-11-20T09:30:00.002Z',
      'R STARTED#2026-11-20T09:32:00.000Z',
      'Q STORED#2026-11-20T09:31:00.000Z',
    ]);
  });
});

test('an item of more than 400 KB is refused', async () => {
  const error = await failureOf(stack.client.send(put({ pk: 'L', sk: 'L', text: 'x'.repeat(400 * 1024) })));
  expect(error.name).toBe('ValidationException');
});

test('PartiQL is refused by name', async () => {
  const error = await failureOf(stack.client.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM t' })));
  expect(error).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  expect(error.message).toContain('DynamoDB_20120810.ExecuteStatement');
});
