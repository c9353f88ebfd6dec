import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Config } from '../config.ts';
import type { Claim, Intake, Tokens } from '../ports.ts';
import { request } from './failure.ts';
import { withLimit } from './limits.ts';

export type Tables = Pick<Config, 'auditTable' | 'workflowTable'>;

/** Task tokens and intake claims live in the workflow table, beside the heads of the audit chains. */
const tokenKey = (recordingId: string) => ({ pk: `RECORDING#${recordingId}`, sk: 'TASK_TOKEN' });
const intakeKey = (fingerprint: string) => ({ pk: `INTAKE#${fingerprint}`, sk: 'OWNER' });

/**
 * Longer than an execution may last. A token whose task is closed opens nothing: nobody clears it away, it disappears by
 * itself.
 */
const tokenDays = 3;

export function toTokens(tables: Tables, now: () => Date, client = new DynamoDBClient(withLimit('dynamodb'))): Tokens {
  const TableName = tables.workflowTable;
  return {
    async remember(recordingId, token) {
      const ttl = Math.floor(now().getTime() / 1000) + tokenDays * 86_400;
      const Item = toItem({ ...tokenKey(recordingId), token, ttl });
      await request('DynamoDB', () => client.send(new PutItemCommand({ TableName, Item })));
    },
    async find(recordingId) {
      const { Item } = await request('DynamoDB', () =>
        client.send(new GetItemCommand({ TableName, Key: marshall(tokenKey(recordingId)), ConsistentRead: true })),
      );
      return Item && (unmarshall(Item) as { token: string }).token;
    },
  };
}

export function toIntake(tables: Tables, now: () => Date, client = new DynamoDBClient(withLimit('dynamodb'))): Intake {
  const TableName = tables.workflowTable;
  return {
    async claim(fingerprint, recordingId) {
      const Item = toItem({ ...intakeKey(fingerprint), owner: recordingId, claimedAt: now().toISOString() });
      const taken = await claimOf(() =>
        client.send(
          new PutItemCommand({
            TableName,
            Item,
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return taken ?? { owner: recordingId, started: false };
    },
    async pass(fingerprint, from, to) {
      const taken = await claimOf(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: marshall(intakeKey(fingerprint)),
            UpdateExpression: 'SET #owner = :to, replaces = :from, claimedAt = :at REMOVE startedAt',
            ConditionExpression: '#owner = :from',
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: marshall({ ':from': from, ':to': to, ':at': now().toISOString() }),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return taken ?? { owner: to, started: false, replaces: from };
    },
    async markStarted(fingerprint) {
      await request('DynamoDB', () =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: marshall(intakeKey(fingerprint)),
            UpdateExpression: 'SET startedAt = :at',
            ExpressionAttributeValues: marshall({ ':at': now().toISOString() }),
          }),
        ),
      );
    },
  };
}

/** Makes a conditional write; answers the claim that stands in its way, or undefined when none does. */
async function claimOf(write: () => Promise<unknown>): Promise<Claim | undefined> {
  try {
    await request('DynamoDB', write);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    const { owner, startedAt, replaces } = unmarshall(error.Item) as Omit<Claim, 'started'> & { startedAt?: string };
    return { owner, started: startedAt !== undefined, ...(replaces === undefined ? {} : { replaces }) };
  }
}

export function toItem(value: object) {
  return marshall(value, { removeUndefinedValues: true });
}
