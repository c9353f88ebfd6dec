import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { JsonObject, JsonService, Operation } from '../jsonService.ts';
import { runConditional } from './conditions.ts';
import { openEngine } from './engine.ts';
import { fifoLock } from './lock.ts';
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
  const unlocked: Record<string, (input: JsonObject) => Promise<JsonObject>> = {
    ...Object.fromEntries(plain.map((name) => [name, (input: JsonObject) => engine.run(name, input)])),
    ...Object.fromEntries(
      conditional.map((name) => [name, (input: JsonObject) => runConditional(engine, name, input)]),
    ),
    ...tableOperations(engine, `arn:aws:dynamodb:${region}:${accountId}`),
    ...timeToLiveOperations(engine),
    TransactWriteItems: transactWrite(engine, clock),
  };
  const locked = fifoLock();
  const operations = Object.fromEntries(
    Object.entries(unlocked).map(([name, run]): [string, Operation] => [name, (input) => locked(() => run(input))]),
  );
  return {
    service: { target: 'DynamoDB_20120810', protocol: '1.0', operations },
    close: () => locked(() => engine.close()),
  };
}
