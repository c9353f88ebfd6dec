import {
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type AuditEntry, type AuditEvent, type ChainHead, chainStart, toAuditEntries, toHead } from '../audit.ts';
import { PipelineError } from '../errors.ts';
import type { AuditTrail, Recorded } from '../ports.ts';
import { type Tables, toItem } from './dynamodb.ts';
import { request } from './failure.ts';
import { withLimit } from './limits.ts';

/** The heads of the chains and the once-only marks live in the workflow table; the audit table only grows. */
const headKey = (meetingId: string) => ({ pk: `CHAIN#${meetingId}`, sk: 'HEAD' });
/** What is about no recording has its marks beside its meeting's head. */
const markKey = ({ recordingId, meetingId, action, decision }: AuditEvent) => ({
  pk: recordingId === null ? `CHAIN#${meetingId}` : `RECORDING#${recordingId}`,
  sk: decision === undefined ? `AUDITED#${action}` : `AUDITED#${action}#${decision}`,
});

/** How often a writer tries: one that loses the race for its meeting's chain reads the new head and tries again. */
const chainAttempts = 12;

/**
 * The trail remembers where it left the last meeting's chain, and believes what it is told: a wrong belief costs one
 * refused transaction, a right one saves the look at the head.
 */
export function toAuditTrail(
  tables: Tables,
  now: () => Date,
  client = new DynamoDBClient(withLimit('dynamodb')),
): AuditTrail {
  let left: { meetingId: string; head: ChainHead } | undefined;
  const headOf = (meetingId: string) => (left?.meetingId === meetingId ? left.head : null);

  async function recordAll(events: readonly AuditEvent[], after: ChainHead | null = null): Promise<Recorded[]> {
    const { meetingId = '' } = events[0] ?? {};
    const known = new Set<AuditEvent>();
    let head = later(headOf(meetingId), after);
    for (let attempt = 0; attempt < chainAttempts; attempt += 1) {
      const fresh = events.filter((event) => !known.has(event));
      if (fresh.length === 0) break;
      head ??= await readChainHead(tables, meetingId, client);
      const entries = await toAuditEntries(fresh, head, now());
      const outcome = await append(tables, fresh, entries, head, client);
      if (outcome === 'recorded') {
        const last = entries.at(-1);
        left = { meetingId, head: last ? toHead(last) : head };
        return events.map((event) => (known.has(event) ? 'known' : 'recorded'));
      }
      if (outcome === 'raced') {
        head = null;
        await pause(attempt);
      } else for (const event of outcome) known.add(event);
    }
    if (events.every((event) => known.has(event))) return events.map(() => 'known');
    throw new PipelineError('Throttled', `the audit chain of meeting ${meetingId} is contended`);
  }

  return {
    recordAll,
    record: async (event, after) => (await recordAll([event], after))[0] ?? 'known',
    headOf: async (meetingId) => headOf(meetingId),
  };
}

function later(one: ChainHead | null, other: ChainHead | null): ChainHead | null {
  return one && other && one.sequence < other.sequence ? other : (one ?? other);
}

/** Full jitter, a second at most: only a meeting's own recordings contend for its chain, and not for long. */
function pause(attempt: number): Promise<void> {
  const ms = Math.random() * Math.min(1_000, 10 * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Puts the entries at the end of their chain, unless another one got there first, or some of the actions are already
 * recorded: those are answered.
 */
async function append(
  tables: Tables,
  events: readonly AuditEvent[],
  entries: readonly AuditEntry[],
  head: ChainHead,
  client: DynamoDBClient,
): Promise<'recorded' | 'raced' | AuditEvent[]> {
  try {
    await request('DynamoDB', () => client.send(toTransaction(tables, events, entries, head)));
    return 'recorded';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const { CancellationReasons: reasons = [] } = error;
    const marks = reasons.slice(entries.length + 1);
    const known = events.filter((_, at) => marks[at]?.Code === 'ConditionalCheckFailed');
    if (known.length > 0) return known;
    if (reasons.every((reason) => isRace(reason.Code))) return 'raced';
    throw error;
  }
}

/**
 * One transaction of at least three writes, each with its condition:
 *   entries  new items: append only
 *   head     moves from the link that the first entry continues: two writers cannot continue the same one
 *   marks    not yet there: an action is recorded once per recording or per decision, however often its step runs
 */
function toTransaction(
  tables: Tables,
  events: readonly AuditEvent[],
  entries: readonly AuditEntry[],
  head: ChainHead,
): TransactWriteItemsCommand {
  const isAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };
  const isHead = {
    ConditionExpression: '#hash = :previous',
    ExpressionAttributeNames: { '#hash': 'hash' },
    ExpressionAttributeValues: marshall({ ':previous': head.hash }),
  };
  const put = (TableName: string, item: object, condition: object) => ({
    Put: { TableName, Item: toItem(item), ...condition },
  });
  const last = entries.at(-1);
  const { sequence, hash, expires } = last ? toHead(last) : head;
  const marks = events.map((event, at) => ({ ...markKey(event), sequence: entries[at]?.sequence }));
  return new TransactWriteItemsCommand({
    TransactItems: [
      ...entries.map((entry) => put(tables.auditTable, entry, isAbsent)),
      put(
        tables.workflowTable,
        { ...headKey(last?.meetingId ?? ''), sequence, hash, expires },
        head.sequence === 0 ? isAbsent : isHead,
      ),
      ...marks.map((mark) => put(tables.workflowTable, mark, isAbsent)),
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
