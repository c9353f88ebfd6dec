import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Ticket } from '../ports.ts';
import type { EngineName } from '../recording/route.ts';
import { type Tables, toItem } from './dynamodb.ts';
import { request } from './failure.ts';
import { withLimit } from './limits.ts';
import type { Change, House, PlaceStore, Waiter } from './places.ts';

const houseKey = (engine: EngineName) => ({ pk: `PLACES#${engine}`, sk: 'HOUSE' });
const lineOf = (engine: EngineName) => `LINE#${engine}`;
const waiterKey = (engine: EngineName, { since, recordingId }: Ticket) => ({
  pk: lineOf(engine),
  sk: `${since}#${recordingId}`,
});

/** A lease is an attribute of the house's item: its name is this and the recording's id, its value the end. */
const leasePrefix = 'lease#';

/** Longer than an execution may last. */
const waiterDays = 3;

/**
 * The houses and lines of the workflow table. A house is one item whose writes take turns: no transaction, and so no
 * conflict that many at once would have to try again. With 250 leases it has 14 KB, with 1,000 it has 55 KB, and each
 * write to it is paid by its size.
 */
export function toPlaceStore(
  tables: Pick<Tables, 'workflowTable'>,
  now: () => Date,
  client = new DynamoDBClient(withLimit('dynamodb')),
): PlaceStore {
  const TableName = tables.workflowTable;
  return {
    async read(engine) {
      const { Item } = await request('DynamoDB', () =>
        client.send(new GetItemCommand({ TableName, Key: marshall(houseKey(engine)), ConsistentRead: true })),
      );
      return toHouse(Item);
    },
    async change(engine, change) {
      const command = new UpdateItemCommand({ TableName, Key: marshall(houseKey(engine)), ...toUpdate(change) });
      try {
        await request('DynamoDB', () => client.send(command));
        return undefined;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return toHouse(error.Item);
      }
    },
    async line(engine, most) {
      const { Items = [] } = await request('DynamoDB', () =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: marshall({ ':pk': lineOf(engine) }),
            ConsistentRead: true,
            Limit: most,
          }),
        ),
      );
      return Items.map((item) => {
        const { recordingId, since, token } = unmarshall(item) as Waiter;
        return { recordingId, since, token };
      });
    },
    async join(engine, waiter) {
      const ttl = Math.floor(now().getTime() / 1000) + waiterDays * 86_400;
      const Item = toItem({ ...waiter, ...waiterKey(engine, waiter), ttl });
      await request('DynamoDB', () => client.send(new PutItemCommand({ TableName, Item })));
    },
    async leave(engine, { token, ...ticket }) {
      const ifSame = {
        ConditionExpression: '#token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: marshall({ ':token': token }, { removeUndefinedValues: true }),
      };
      const Key = marshall(waiterKey(engine, ticket));
      try {
        await request('DynamoDB', () =>
          client.send(new DeleteItemCommand({ TableName, Key, ...(token === undefined ? {} : ifSame) })),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

function toHouse(item: Parameters<typeof unmarshall>[0] | undefined): House {
  const { used = 0, waiting = '', ...others } = item ? unmarshall(item) : {};
  const leases = Object.entries(others)
    .filter(([name]) => name.startsWith(leasePrefix))
    .map(([name, until]) => [name.slice(leasePrefix.length), Number(until)] as const);
  return { used: Number(used), waiting: String(waiting), leases: Object.fromEntries(leases) };
}

/** The change as one conditional update of the house's item. */
function toUpdate({ add, remove, renew, waiting, when = {} }: Change) {
  const [set, unset, conditions]: [string[], string[], string[]] = [[], [], []];
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  if (add) {
    names['#add'] = leasePrefix + add.recordingId;
    values[':add'] = add.until;
    set.push('#add = :add');
    conditions.push('attribute_not_exists(#add)');
  }
  if (renew) {
    names['#renew'] = leasePrefix + renew.recordingId;
    values[':renew'] = renew.until;
    set.push('#renew = :renew');
    conditions.push('attribute_exists(#renew)');
  }
  if (remove) {
    names['#remove'] = leasePrefix + remove.recordingId;
    unset.push('#remove');
    if (remove.until !== undefined) values[':seen'] = remove.until;
    conditions.push(remove.until === undefined ? 'attribute_exists(#remove)' : '#remove = :seen');
  }
  if (waiting) {
    values[':waiting'] = waiting;
    set.push('waiting = :waiting');
  }
  if (waiting === '') unset.push('waiting');
  if (when.waiting) values[':was'] = when.waiting;
  if (when.waiting !== undefined) conditions.push(when.waiting ? 'waiting = :was' : 'attribute_not_exists(waiting)');
  if (when.below !== undefined) {
    values[':below'] = when.below;
    conditions.push('(attribute_not_exists(used) OR used < :below)');
  }
  if (when.atLeast !== undefined) {
    values[':least'] = when.atLeast;
    conditions.push('used >= :least');
  }
  const more = Number(add !== undefined) - Number(remove !== undefined);
  if (more !== 0) values[':more'] = more;
  const clauses = [
    ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
    ...(unset.length > 0 ? [`REMOVE ${unset.join(', ')}`] : []),
    ...(more === 0 ? [] : ['ADD used :more']),
  ];
  return {
    UpdateExpression: clauses.join(' '),
    ...(conditions.length > 0 ? { ConditionExpression: conditions.join(' AND ') } : {}),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: marshall(values) } : {}),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}
