import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toIntake, toTokens } from '../../../pipeline/edge/dynamodb.ts';
import { createTable, startDynamoDb } from '../../local/services/dynamodb/stack.ts';
import { intakeContract, tokensContract } from '../portContracts.ts';

/** Real requests over HTTP to the stand-in; every test has tables of its own. */
let stack: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let tables = { auditTable: '', workflowTable: '' };
let made = 0;

beforeAll(async () => {
  stack = await startDynamoDb();
  client = stack.client;
});
afterAll(() => stack.close());
beforeEach(async () => {
  made += 1;
  tables = { auditTable: `audit-${made}`, workflowTable: `workflow-${made}` };
  for (const table of Object.values(tables)) await createTable(client, table);
});

const at = new Date('2026-03-02T09:30:00.123Z');
const now = () => at;

tokensContract(() => toTokens(tables, now, client));
intakeContract(() => toIntake(tables, now, client));

test('a table that is missing is an error, never an answer', async () => {
  const nowhere = { auditTable: 'none', workflowTable: 'none' };
  const missing = { name: 'ResourceNotFoundException' };
  await expect(toTokens(nowhere, now, client).find('rec-1')).rejects.toMatchObject(missing);
  await expect(toIntake(nowhere, now, client).claim('f', 'rec-1')).rejects.toMatchObject(missing);
});
