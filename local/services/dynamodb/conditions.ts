import { type JsonObject, ServiceError } from '../jsonService.ts';
import type { TableStreams } from './changes.ts';
import { type Engine, keyOf } from './engine.ts';

const OPTION = 'ReturnValuesOnConditionCheckFailure';

/**
 * Takes the option out of a request; `wantsOldImage` says whether it asked for the item that made its condition fail.
 */
export function splitOldImageOption(input: JsonObject): { request: JsonObject; wantsOldImage: boolean } {
  const { [OPTION]: option, ...request } = input;
  if (option !== undefined && option !== 'ALL_OLD' && option !== 'NONE') {
    throw new ServiceError('ValidationException', `${OPTION} must be one of ALL_OLD, NONE`);
  }
  return { request, wantsOldImage: option === 'ALL_OLD' };
}

/**
 * Runs a PutItem, UpdateItem or DeleteItem. A failed condition carries the old item as `Item` when it was asked for and
 * there is one. The caller holds the lock, so the item read is the item that was judged.
 */
export async function runConditional(
  engine: Engine,
  streams: TableStreams,
  operation: string,
  input: JsonObject,
): Promise<JsonObject> {
  const { request, wantsOldImage } = splitOldImageOption(input);
  try {
    return await runObserved(engine, streams, operation, request);
  } catch (error) {
    const failed = error instanceof ServiceError && error.name === 'ConditionalCheckFailedException';
    if (!failed || !wantsOldImage) throw error;
    const prepared = engine.prepare(operation, request);
    const table = await engine.table(prepared.TableName);
    const item = await engine.item(table, engine.key(prepared, table));
    throw new ServiceError(error.name, error.message, error.status, item ? { Item: item } : {});
  }
}

/** Runs the write and puts what it changed into the table's stream. */
async function runObserved(engine: Engine, streams: TableStreams, operation: string, request: JsonObject) {
  const prepared = engine.prepare(operation, request);
  const table = await engine.table(prepared.TableName);
  const key = engine.key(prepared, table);
  const old = await engine.item(table, key);
  const touched = { table, key, Key: keyOf(prepared, table), old };
  return streams.observe([touched], () => engine.execute(operation, prepared));
}
