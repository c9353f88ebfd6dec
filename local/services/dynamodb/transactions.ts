import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type JsonObject, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import { splitOldImageOption } from './conditions.ts';
import type { TableStreams, Touched } from './changes.ts';
import { type Engine, keyOf, type Prepared, type Table } from './engine.ts';

const SIZE_LIMIT = 4 * 1024 * 1024;
const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

const fields = v.record(v.string(), v.any() as v.GenericSchema<JsonObject[string]>);

const writeRequest = v.strictObject({
  TransactItems: v.pipe(
    v.array(
      v.strictObject({
        Put: v.optional(fields),
        Update: v.optional(fields),
        Delete: v.optional(fields),
        ConditionCheck: v.optional(fields),
      }),
    ),
    v.minLength(1),
    v.maxLength(100),
  ),
  ClientRequestToken: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(36))),
  ReturnConsumedCapacity: v.optional(v.literal('NONE')),
  ReturnItemCollectionMetrics: v.optional(v.literal('NONE')),
});

/** A ConditionCheck has the shape of a conditional delete; it is checked as one and never run. */
const operations = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
} as const;
type Kind = keyof typeof operations;

interface Parsed {
  kind: Kind;
  request: Prepared;
  wantsOldImage: boolean;
}

interface Located extends Parsed {
  table: Table;
  key: string | ServiceError;
  old: JsonObject | undefined;
}

/**
 * TransactWriteItems over an engine without transactions. The caller runs it under the lock that every operation takes,
 * so nobody sees a transaction half done; the journal undoes one in which the process died. Its token is forgotten then.
 */
export function transactWrite(
  engine: Engine,
  clock: Clock,
  streams: TableStreams,
): (input: JsonObject) => Promise<JsonObject> {
  const tokens = tokenStore(clock);
  return async (input) => {
    const { TransactItems: items, ClientRequestToken: token } = readRequest(
      'TransactWriteItems',
      writeRequest,
      input,
      'ValidationException',
    );
    if (tokens.seen(token, items)) return {};
    const actions: Located[] = [];
    for (const parsed of items.map((item) => parse(engine, item))) actions.push(await locate(engine, parsed));
    refuseRepeated(actions);
    refuseLarge(engine, actions);
    cancelIfAny(actions.map((action) => judge(engine, action)));
    await streams.observe(actions.filter(({ kind }) => kind !== 'ConditionCheck').map(toTouched), () =>
      apply(engine, actions),
    );
    tokens.remember(token, items);
    return {};
  };
}

function parse(engine: Engine, item: Partial<Record<Kind, JsonObject | undefined>>): Parsed {
  const [entry, ...more] = Object.entries(item) as [Kind, JsonObject][];
  if (!entry || more.length > 0) {
    throw new ServiceError('ValidationException', 'TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const [kind, input] = entry;
  const { request, wantsOldImage } = splitOldImageOption(input);
  for (const required of [...(kind === 'Update' ? ['UpdateExpression'] : []), ...conditionOf(kind)]) {
    if (request[required] === undefined) throw new ServiceError('ValidationException', `${kind} needs ${required}`);
  }
  return { kind, request: engine.prepare(operations[kind], request), wantsOldImage };
}

function conditionOf(kind: Kind): string[] {
  return kind === 'ConditionCheck' ? ['ConditionExpression'] : [];
}

async function locate(engine: Engine, parsed: Parsed): Promise<Located> {
  const table = await engine.table(parsed.request.TableName);
  try {
    const key = engine.key(parsed.request, table);
    return { ...parsed, table, key, old: await engine.item(table, key) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { ...parsed, table, key: error, old: undefined };
  }
}

function refuseRepeated(actions: Located[]): void {
  const items = actions
    .filter(({ key }) => typeof key === 'string')
    .map(({ table, key }) => `${table.TableName}/${key}`);
  if (new Set(items).size === items.length) return;
  throw new ServiceError('ValidationException', 'Transaction request cannot include multiple operations on one item');
}

function refuseLarge(engine: Engine, actions: Located[]): void {
  const sizes = actions.map(({ request, old }) => engine.sizeOf((request['Item'] ?? old ?? {}) as JsonObject));
  if (sizes.reduce((sum, size) => sum + size, 0) <= SIZE_LIMIT) return;
  throw new ServiceError('ValidationException', 'Transaction request size exceeds 4 MB');
}

interface Reason {
  Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  Message?: string;
  Item?: JsonObject;
}

function judge(engine: Engine, { key, request, old, wantsOldImage }: Located): Reason {
  if (key instanceof ServiceError) return { Code: 'ValidationError', Message: key.message };
  if (engine.holds(request, old)) return { Code: 'None' };
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(wantsOldImage && old ? { Item: old } : {}),
  };
}

/** One reason per action, in the order of the request. */
function cancelIfAny(reasons: Reason[]): void {
  if (reasons.every(({ Code }) => Code === 'None')) return;
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new ServiceError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons.map((reason) => ({ ...reason })) },
  );
}

/** An update may still fail on the item it meets (a wrong operand, a result too large): then every item is put back. */
async function apply(engine: Engine, actions: Located[]): Promise<void> {
  for (const [index, { kind, request }] of actions.entries()) {
    if (kind === 'ConditionCheck') continue;
    try {
      await engine.execute(operations[kind], request);
    } catch (error) {
      await restore(engine, actions.slice(0, index));
      if (!(error instanceof ServiceError)) throw error;
      cancelIfAny(
        actions.map((_, other) =>
          other === index ? { Code: 'ValidationError', Message: error.message } : { Code: 'None' },
        ),
      );
    }
  }
}

async function restore(engine: Engine, actions: Located[]): Promise<void> {
  for (const { kind, table, request, old } of actions) {
    if (kind === 'ConditionCheck') continue;
    const TableName = table.TableName;
    if (old) await engine.run('PutItem', { TableName, Item: old });
    else await engine.run('DeleteItem', { TableName, Key: keyOf(request, table) });
  }
}

function toTouched({ table, key, request, old }: Located): Touched {
  return { table, key: String(key), Key: keyOf(request, table), old };
}

function tokenStore(clock: Clock) {
  const tokens = new Map<string, { items: unknown; until: number }>();
  return {
    /** Whether this very request went through in the last ten minutes. */
    seen(token: string | undefined, items: unknown): boolean {
      for (const [other, { until }] of tokens) if (until <= clock.now()) tokens.delete(other);
      const known = token === undefined ? undefined : tokens.get(token);
      if (!known) return false;
      if (isDeepStrictEqual(known.items, items)) return true;
      throw new ServiceError(
        'IdempotentParameterMismatchException',
        'The ClientRequestToken was used with other parameters within ten minutes',
      );
    },
    remember(token: string | undefined, items: unknown): void {
      if (token !== undefined) tokens.set(token, { items, until: clock.now() + TOKEN_LIFETIME_MS });
    },
  };
}
