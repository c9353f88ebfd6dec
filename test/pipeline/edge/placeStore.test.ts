import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toPlaceStore } from '../../../pipeline/edge/placeStore.ts';
import { createTable, startDynamoDb } from '../../local/services/dynamodb/stack.ts';
import { placesContract, placeStoreContract } from '../portContracts.ts';

/** Real requests over HTTP to the stand-in; every test has a table of its own. */
let stack: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let workflowTable = '';
let made = 0;

beforeAll(async () => {
  stack = await startDynamoDb();
  client = stack.client;
});
afterAll(() => stack.close());
beforeEach(async () => {
  made += 1;
  workflowTable = `workflow-${made}`;
  await createTable(client, workflowTable);
});

const now = () => new Date('2026-03-02T09:30:00.123Z');
const make = () => toPlaceStore({ workflowTable }, now, client);

placeStoreContract(make);
placesContract(make);

test('a table that is missing is an error, never a free place', async () => {
  const nowhere = toPlaceStore({ workflowTable: 'none' }, now, client);
  const missing = { name: 'ResourceNotFoundException' };
  await expect(nowhere.read('transcribe')).rejects.toMatchObject(missing);
  await expect(nowhere.change('transcribe', { waiting: 'yes' })).rejects.toMatchObject(missing);
});
