import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { JsonObject, JsonService, Operation } from '../jsonService.ts';
import { backupOperations } from './backups.ts';
import { tableStreams } from './changes.ts';
import { runConditional } from './conditions.ts';
import { type Engine, openEngine } from './engine.ts';
import { Journal } from './journal.ts';
import { fifoLock } from './lock.ts';
import type { OnRecord, StreamRecord } from './streamRecord.ts';
import { tableOperations } from './tables.ts';
import { timeToLiveOperations } from './timeToLive.ts';
import { transactWrite } from './transactions.ts';

export interface DynamoDbOptions {
  clock: Clock;
  /** The folder that keeps the tables; without it they are kept in memory. */
  dataDir?: string;
  region: string;
  accountId: string;
}

export interface DynamoDb {
  service: JsonService;
  /** Hands every change of a table from now on to its one listener, as its stream would. */
  subscribe: (table: string, onRecord: OnRecord) => void;
  /** Says that records of a stream were handled: whoever subscribes after a crash does not get them. */
  taken: (records: readonly StreamRecord[]) => void;
  close(): Promise<void>;
}

/** The operations that dynalite does as the service does. */
const plain = ['GetItem', 'Query'];
const conditional = ['DeleteItem', 'PutItem', 'UpdateItem'];

/**
 * DynamoDB: dynalite behind a front that adds what it lacks. Every operation, reads included, takes its turn at one
 * FIFO lock, so a transaction is atomic for every client of the process and nobody reads one that is being undone.
 */
export async function createDynamoDb({ clock, dataDir, region, accountId }: DynamoDbOptions): Promise<DynamoDb> {
  const path = dataDir === undefined ? undefined : join(dataDir, 'dynamodb');
  if (path !== undefined) await mkdir(path, { recursive: true });
  const engine = await openEngine({ ...(path !== undefined && { path }), region, accountId });
  const arnPrefix = `arn:aws:dynamodb:${region}:${accountId}`;
  const journal = new Journal(path === undefined ? undefined : join(path, '../journal.json'));
  await undo(engine, journal);
  const streams = tableStreams({ clock, region, arnPrefix, engine, journal });
  const unlocked: Record<string, (input: JsonObject) => Promise<JsonObject>> = {
    ...Object.fromEntries(plain.map((name) => [name, (input: JsonObject) => engine.run(name, input)])),
    ...Object.fromEntries(
      conditional.map((name) => [name, (input: JsonObject) => runConditional(engine, streams, name, input)]),
    ),
    ...tableOperations(engine, arnPrefix),
    ...timeToLiveOperations(engine),
    ...backupOperations(engine),
    TransactWriteItems: transactWrite(engine, clock, streams),
  };
  const locked = fifoLock();
  const operations = Object.fromEntries(
    Object.entries(unlocked).map(([name, run]): [string, Operation] => [name, (input) => locked(() => run(input))]),
  );
  return {
    service: { target: 'DynamoDB_20120810', protocol: '1.0', operations },
    subscribe: (table, onRecord) => streams.subscribe(table, onRecord),
    taken: (records) => streams.taken(records),
    close: () => locked(() => engine.close()),
  };
}

/** Puts back the items of a write in which the last process died. */
async function undo(engine: Engine, journal: Journal): Promise<void> {
  for (const { TableName, Key, Item } of journal.undo) {
    await (Item ? engine.run('PutItem', { TableName, Item }) : engine.run('DeleteItem', { TableName, Key }));
  }
  if (journal.undo.length > 0) journal.undone();
}
