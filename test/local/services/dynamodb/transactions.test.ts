import {
  type CancellationReason,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  ResourceNotFoundException,
  type TransactWriteItem,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../testClock.ts';
import { createTable, startDynamoDb } from './stack.ts';

let stack: Awaited<ReturnType<typeof startDynamoDb>>;
beforeEach(async () => {
  stack = await startDynamoDb();
  await createTable(stack.client, 'audit');
  await createTable(stack.client, 'heads');
});
afterEach(() => stack.close());

const key = (pk: string, sk = 'A') => marshall({ pk, sk });
const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  stack.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const put = (TableName: string, item: Record<string, unknown>): TransactWriteItem => ({
  Put: { TableName, Item: marshall(item) },
});
const putNew = (TableName: string, pk: string, more: Partial<TransactWriteItem['Put']> = {}): TransactWriteItem => ({
  Put: { TableName, Item: key(pk), ConditionExpression: 'attribute_not_exists(pk)', ...more },
});
const item = async (TableName: string, pk: string) =>
  (await stack.client.send(new GetItemCommand({ TableName, Key: key(pk) }))).Item;
const canceled = async (promise: Promise<unknown>) => {
  const error = await failureOf(promise);
  expect(error).toBeInstanceOf(TransactionCanceledException);
  return (error as TransactionCanceledException).CancellationReasons as CancellationReason[];
};

test('puts, updates, deletes and checks over two tables happen together', async () => {
  await stack.client.send(new PutItemCommand({ TableName: 'heads', Item: marshall({ pk: 'M', sk: 'A', n: 1 }) }));
  await stack.client.send(new PutItemCommand({ TableName: 'audit', Item: key('old') }));
  await stack.client.send(new PutItemCommand({ TableName: 'audit', Item: key('witness') }));
  await write([
    putNew('audit', 'entry'),
    {
      Update: {
        TableName: 'heads',
        Key: key('M'),
        UpdateExpression: 'SET n = n + :one',
        ConditionExpression: 'n = :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    },
    { Delete: { TableName: 'audit', Key: key('old') } },
    { ConditionCheck: { TableName: 'audit', Key: key('witness'), ConditionExpression: 'attribute_exists(pk)' } },
  ]);
  expect(await item('audit', 'entry')).toBeDefined();
  expect(await item('heads', 'M')).toEqual(marshall({ pk: 'M', sk: 'A', n: 2 }));
  expect(await item('audit', 'old')).toBeUndefined();
  expect(await item('audit', 'witness')).toEqual(key('witness'));
});

describe('a cancelled transaction', () => {
  test('names the reason of each action in order, with the old item where it was asked for, and changes nothing', async () => {
    await write([put('audit', { pk: 'taken', sk: 'A', by: 'first' }), put('audit', { pk: 'also', sk: 'A' })]);
    const reasons = await canceled(
      write([
        putNew('heads', 'fresh'),
        putNew('audit', 'taken', { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        putNew('audit', 'also'),
        { ConditionCheck: { TableName: 'audit', Key: key('none'), ConditionExpression: 'attribute_exists(pk)' } },
      ]),
    );
    expect(reasons.map(({ Code }) => Code)).toEqual([
      'None',
      'ConditionalCheckFailed',
      'ConditionalCheckFailed',
      'ConditionalCheckFailed',
    ]);
    expect(reasons[1]?.Item).toEqual(marshall({ pk: 'taken', sk: 'A', by: 'first' }));
    expect(reasons[2]).not.toHaveProperty('Item');
    expect(await item('heads', 'fresh')).toBeUndefined();
  });

  test('puts back what was written before an update that cannot be carried out', async () => {
    await write([put('audit', { pk: 'kept', sk: 'A', v: 1 }), put('audit', { pk: 'text', sk: 'A', n: 'words' })]);
    const reasons = await canceled(
      write([
        put('audit', { pk: 'kept', sk: 'A', v: 2 }),
        put('audit', { pk: 'new', sk: 'A' }),
        { Delete: { TableName: 'heads', Key: key('none') } },
        {
          Update: {
            TableName: 'audit',
            Key: key('text'),
            UpdateExpression: 'SET n = n + :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
      ]),
    );
    expect(reasons.map(({ Code }) => Code)).toEqual(['None', 'None', 'None', 'ValidationError']);
    expect(await item('audit', 'kept')).toEqual(marshall({ pk: 'kept', sk: 'A', v: 1 }));
    expect(await item('audit', 'new')).toBeUndefined();
    expect(await item('audit', 'text')).toEqual(marshall({ pk: 'text', sk: 'A', n: 'words' }));
  });

  test('says so when a key does not fit its table', async () => {
    const reasons = await canceled(write([{ Delete: { TableName: 'audit', Key: marshall({ pk: 'only' }) } }]));
    expect(reasons.map(({ Code }) => Code)).toEqual(['ValidationError']);
  });
});

describe('the request token', () => {
  const increment: TransactWriteItem[] = [
    {
      Update: {
        TableName: 'heads',
        Key: key('M'),
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    },
  ];
  const count = async () => (await item('heads', 'M'))?.['n']?.N;

  test('makes a repeat within ten minutes do nothing, and a later one count again', async () => {
    await write(increment, 'token');
    await stack.clock.advance(10 * 60 * 1000 - 1);
    await write(increment, 'token');
    expect(await count()).toBe('1');
    await stack.clock.advance(1);
    await write(increment, 'token');
    expect(await count()).toBe('2');
  });

  test('with other parameters is a mismatch', async () => {
    await write(increment, 'token');
    expect(await failureOf(write([putNew('audit', 'x')], 'token'))).toBeInstanceOf(
      IdempotentParameterMismatchException,
    );
  });

  test('of a cancelled transaction may be used again', async () => {
    await write([put('audit', { pk: 'x', sk: 'A' })]);
    await canceled(write([putNew('audit', 'x')], 'token'));
    await write([{ Delete: { TableName: 'audit', Key: key('x') } }]);
    await write([putNew('audit', 'x')], 'token');
    expect(await item('audit', 'x')).toBeDefined();
  });
});

test.each<[string, TransactWriteItem[]]>([
  ['nothing to do', []],
  ['101 actions', Array.from({ length: 101 }, (_, n) => putNew('audit', String(n)))],
  ['two actions on one item', [putNew('audit', 'x'), { Delete: { TableName: 'audit', Key: key('x') } }]],
  ['two kinds in one action', [{ ...putNew('audit', 'x'), Delete: { TableName: 'audit', Key: key('y') } }]],
  ['an expression that does not parse', [putNew('audit', 'x', { ConditionExpression: 'attribute_not_exists(' })]],
  [
    'more than 4 MB',
    Array.from({ length: 11 }, (_, n) => put('audit', { pk: String(n), sk: 'A', t: 'x'.repeat(390_000) })),
  ],
])('%s is refused', async (_, actions) => {
  expect((await failureOf(write(actions))).name).toBe('ValidationException');
  expect(await item('audit', 'x')).toBeUndefined();
});

test('100 actions are taken', async () => {
  await write(Array.from({ length: 100 }, (_, n) => putNew('audit', String(n))));
  expect(await item('audit', '99')).toBeDefined();
});

test('the same key in two tables is two items', async () => {
  await write([putNew('audit', 'same'), putNew('heads', 'same')]);
  expect(await item('heads', 'same')).toBeDefined();
});

test('a missing table is ResourceNotFoundException', async () => {
  expect(await failureOf(write([putNew('missing', 'x')]))).toBeInstanceOf(ResourceNotFoundException);
});

test('TransactGetItems is refused by name', async () => {
  const TransactItems = [1, 2].map(() => ({ Get: { TableName: 'audit', Key: key('a') } }));
  const error = await failureOf(stack.client.send(new TransactGetItemsCommand({ TransactItems })));
  expect(error.message).toContain('DynamoDB_20120810.TransactGetItems');
});

test('of 50 concurrent appends to one chain exactly one wins each round', async () => {
  const append = (n: number, expected: number) =>
    write([
      putNew('audit', `entry-${expected}-${n}`),
      {
        Update: {
          TableName: 'heads',
          Key: key('chain'),
          UpdateExpression: 'SET n = :next',
          ConditionExpression: expected === 0 ? 'attribute_not_exists(pk)' : 'n = :expected',
          ExpressionAttributeValues: {
            ':next': { N: String(expected + 1) },
            ...(expected > 0 && { ':expected': { N: String(expected) } }),
          },
        },
      },
    ]);
  for (const round of [0, 1]) {
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => append(n, round)));
    const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(failures).toHaveLength(49);
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(TransactionCanceledException);
      const codes = (failure as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code);
      expect(codes).toEqual(['None', 'ConditionalCheckFailed']);
    }
    const entries = await Promise.all(Array.from({ length: 50 }, (_, n) => item('audit', `entry-${round}-${n}`)));
    expect(entries.filter(Boolean)).toHaveLength(1);
  }
  expect((await item('heads', 'chain'))?.['n']?.N).toBe('2');
});
