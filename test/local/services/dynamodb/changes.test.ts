import {
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTable, startDynamoDb } from './stack.ts';

let stack: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  stack = await startDynamoDb();
});
afterAll(() => stack.close());

const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const item = (value: string) => ({ ...key, value: { S: value } });

test('a stream has what changed, as it was and as it is, in the order of the writes', async () => {
  const seen: unknown[] = [];
  const TableName = 'watched';
  await createTable(stack.client, TableName);
  await createTable(stack.client, 'unwatched');
  stack.subscribe(TableName, ({ eventName, dynamodb }) => {
    const { Keys, NewImage, OldImage } = dynamodb as Record<string, unknown>;
    expect(Keys).toEqual(key);
    seen.push([eventName, OldImage, NewImage]);
  });
  const { client } = stack;
  await client.send(new PutItemCommand({ TableName, Item: item('1') }));
  await client.send(new PutItemCommand({ TableName, Item: item('1') }));
  await client.send(new PutItemCommand({ TableName: 'unwatched', Item: item('1') }));
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key: key,
      UpdateExpression: 'SET #v = :v',
      ExpressionAttributeNames: { '#v': 'value' },
      ExpressionAttributeValues: { ':v': { S: '2' } },
    }),
  );
  const refused = { TableName, Item: item('3'), ConditionExpression: 'attribute_not_exists(pk)' };
  await expect(client.send(new PutItemCommand(refused))).rejects.toThrow('conditional request failed');
  await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: refused }] }))).rejects.toThrow(
    'cancelled',
  );
  await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item('4') } }] }));
  await client.send(new DeleteItemCommand({ TableName, Key: key }));
  expect(seen).toEqual([
    ['INSERT', undefined, item('1')],
    ['MODIFY', item('1'), item('2')],
    ['MODIFY', item('2'), item('4')],
    ['REMOVE', item('4'), undefined],
  ]);
});
