import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StreamRecord } from '../../../../local/services/dynamodb/streamRecord.ts';
import { createTable, startDynamoDb } from './stack.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const TableName = 'table';
const journal = () => join(dataDir, 'journal.json');
const key = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
const item = (sk: string, n: string) => ({ ...key(sk), n: { N: n } });

test('a transaction in which the process died is undone, once', async () => {
  const first = await startDynamoDb(dataDir);
  await createTable(first.client, TableName);
  await first.client.send(new PutItemCommand({ TableName, Item: item('changed', '1') }));
  const Put = (sk: string) => ({ Put: { TableName, Item: item(sk, '2') } });
  await first.client.send(new TransactWriteItemsCommand({ TransactItems: [Put('changed'), Put('new')] }));
  await first.close();
  // As it is between the first write of a transaction and its last.
  const undo = [
    { TableName, Key: key('changed'), Item: item('changed', '1') },
    { TableName, Key: key('new') },
  ];
  await writeFile(journal(), JSON.stringify({ sequence: 0, undo, waiting: [] }));

  const second = await startDynamoDb(dataDir);
  const read = async (sk: string) => (await second.client.send(new GetItemCommand({ TableName, Key: key(sk) }))).Item;
  expect([await read('changed'), await read('new')]).toEqual([item('changed', '1'), undefined]);
  expect(JSON.parse(await readFile(journal(), 'utf8'))).toMatchObject({ undo: [] });
  await second.close();
});

test('a stream hands over what nobody had taken when the process died, in order and under its own numbers', async () => {
  let writes = 0;
  const seen = async (take: boolean) => {
    const stand = await startDynamoDb(dataDir);
    const records: StreamRecord[] = [];
    stand.subscribe(TableName, (record) => records.push(record));
    const waiting = [...records];
    await createTable(stand.client, TableName).catch(() => undefined);
    writes += 1;
    const next = String(writes);
    await stand.client.send(new PutItemCommand({ TableName, Item: item(`item-${next}`, next) }));
    if (take) stand.taken(records);
    await stand.close();
    return { waiting: waiting.map(({ eventID }) => eventID), all: records.map(({ eventID }) => eventID) };
  };
  const first = await seen(false);
  const second = await seen(true);
  const third = await seen(false);
  expect([first.waiting, second.waiting, third.waiting]).toEqual([[], first.all, []]);
  expect([second.all.length, new Set([...second.all, ...third.all]).size]).toEqual([2, 3]);
});
