import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type AuditEntry, type AuditEvent, type ChainHead, chainStart, toAuditEntry } from '../audit.ts';
import type { Config } from '../config.ts';
import { PipelineError } from '../errors.ts';
import type { AuditTrail, Claim, Intake, Tokens } from '../ports.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

type Tables = Pick<Config, 'auditTable' | 'workflowTable'>;

/**
 * Chain heads, once-only marks, task tokens and intake claims live in the workflow table; the audit table only grows.
 */
const headKey = (meetingId: string) => ({ pk: `CHAIN#${meetingId}`, sk: 'HEAD' });
const markKey = (event: AuditEvent) => ({ pk: `RECORDING#${event.recordingId}`, sk: `AUDITED#${event.action}` });
const tokenKey = (recordingId: string) => ({ pk: `RECORDING#${recordingId}`, sk: 'TASK_TOKEN' });
const intakeKey = (fingerprint: string) => ({ pk: `INTAKE#${fingerprint}`, sk: 'OWNER' });

/** How often a writer tries: one that loses the race for its meeting's chain reads the new head and tries again. */
const chainAttempts = 12;

export function toAuditTrail(
  tables: Tables,
  now: () => Date,
  client = new DynamoDBClient(withLimit('dynamodb')),
): AuditTrail {
  return {
    async record(event) {
      for (let attempt = 0; attempt < chainAttempts; attempt += 1) {
        const head = await readChainHead(tables, event.meetingId, client);
        const entry = await toAuditEntry(event, head, now());
        const outcome = await append(tables, event, entry, head, client);
        if (outcome !== 'raced') return outcome;
        await pause(attempt);
      }
      throw new PipelineError('Throttled', `the audit chain of ${event.recordingId} is contended`);
    },
  };
}

/** Full jitter, a second at most: only a meeting's own recordings contend for its chain, and not for long. */
function pause(attempt: number): Promise<void> {
  const ms = Math.random() * Math.min(1_000, 10 * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Puts the entry at the end of its chain, unless another one got there first or its action is already recorded. */
async function append(
  tables: Tables,
  event: AuditEvent,
  entry: AuditEntry,
  head: ChainHead,
  client: DynamoDBClient,
): Promise<'recorded' | 'known' | 'raced'> {
  try {
    await request('DynamoDB', () => client.send(toTransaction(tables, event, entry, head)));
    return 'recorded';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const [, , mark] = error.CancellationReasons ?? [];
    if (mark?.Code === 'ConditionalCheckFailed') return 'known';
    if (error.CancellationReasons?.every((reason) => isRace(reason.Code))) return 'raced';
    throw error;
  }
}

/**
 * One transaction of three writes, each with its condition:
 *   entry  a new item: append only
 *   head   moves from the link this entry continues: two writers cannot continue the same one
 *   mark   not yet there: an action is recorded once per recording, however often its step runs
 */
function toTransaction(tables: Tables, event: AuditEvent, entry: AuditEntry, head: ChainHead) {
  const { sequence, hash } = entry;
  const isAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };
  const isHead = {
    ConditionExpression: '#hash = :previous',
    ExpressionAttributeNames: { '#hash': 'hash' },
    ExpressionAttributeValues: marshall({ ':previous': head.hash }),
  };
  const moved = toItem({ ...headKey(event.meetingId), sequence, hash });
  const mark = toItem({ ...markKey(event), sequence });
  return new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName: tables.auditTable, Item: toItem(entry), ...isAbsent } },
      { Put: { TableName: tables.workflowTable, Item: moved, ...(head.sequence === 0 ? isAbsent : isHead) } },
      { Put: { TableName: tables.workflowTable, Item: mark, ...isAbsent } },
    ],
  });
}

/** The reasons of a transaction that lost to another writer, or to a table that is too busy for the moment. */
const races = [
  'None',
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
];

function isRace(code: string | undefined): boolean {
  return code === undefined || races.includes(code);
}

/** The head of a meeting's chain, or `chainStart` when the chain has not begun. */
export async function readChainHead(tables: Tables, meetingId: string, client: DynamoDBClient): Promise<ChainHead> {
  const { Item } = await request('DynamoDB', () =>
    client.send(
      new GetItemCommand({ TableName: tables.workflowTable, Key: marshall(headKey(meetingId)), ConsistentRead: true }),
    ),
  );
  return Item ? (unmarshall(Item) as ChainHead) : chainStart;
}

/** A meeting's entries, in no particular order. */
export async function readAuditEntries(
  tables: Tables,
  meetingId: string,
  client: DynamoDBClient,
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let ExclusiveStartKey: QueryCommand['input']['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tables.auditTable,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': `MEETING#${meetingId}` }),
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    entries.push(...(page.Items ?? []).map((item) => unmarshall(item) as AuditEntry));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return entries;
}

/** A token is kept for far longer than its task lasts; a token that is left over disappears by itself. */
const tokenDays = 14;

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
    async forget(recordingId, token) {
      try {
        await request('DynamoDB', () =>
          client.send(
            new DeleteItemCommand({
              TableName,
              Key: marshall(tokenKey(recordingId)),
              // A newer wait has put its own token here: leave it.
              ConditionExpression: '#token = :token',
              ExpressionAttributeNames: { '#token': 'token' },
              ExpressionAttributeValues: marshall({ ':token': token }),
            }),
          ),
        );
      } catch (error) {
        if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
      }
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

function toItem(value: object) {
  return marshall(value, { removeUndefinedValues: true });
}
