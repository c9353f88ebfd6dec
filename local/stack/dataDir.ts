import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createDynamoDb, type DynamoDb, type DynamoDbOptions } from '../services/dynamodb/service.ts';
import { isFullDisk } from '../services/fullDisk.ts';

/** Another process has the directory: nothing of it was opened. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';

  constructor(dataDir: string, owner: string, options?: ErrorOptions) {
    super(`${dataDir} is in use by ${owner}: wait until it ends, or stop it, or give another directory`, options);
  }
}

/** A write of the stack found no room. */
export class DirectoryFull extends Error {
  override readonly name = 'DirectoryFull';

  constructor(dataDir: string, options?: ErrorOptions) {
    super(`the disk that holds ${dataDir} is full: make room and start again, it goes on where it was`, options);
  }
}

/**
 * Opens the tables of a directory, and with them the directory itself: the system lets one process at a time have the
 * lock of a LevelDB, and takes it away from one that dies, however it dies. Whatever else is there is opened after it.
 *
 * @throws DirectoryInUse
 */
export async function claim(options: DynamoDbOptions & { dataDir: string }): Promise<DynamoDb> {
  const { dataDir } = options;
  const file = join(dataDir, 'owner.json');
  try {
    const tables = await createDynamoDb({ ...options, dataDir: join(dataDir, 'dynamodb') });
    await writeFile(file, JSON.stringify({ pid: process.pid, command: basename(process.argv[1] ?? '', '.ts') }));
    return tables;
  } catch (error) {
    if (isLocked(error)) throw new DirectoryInUse(dataDir, await describeOwner(file), { cause: error });
    throw error;
  }
}

function isLocked(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'LEVEL_LOCKED' || isLocked(error.cause);
}

async function describeOwner(file: string): Promise<string> {
  try {
    const { pid, command } = JSON.parse(await readFile(file, 'utf8')) as { pid: number; command: string };
    return `process ${pid} (${command})`;
  } catch {
    return 'another process';
  }
}

/** The first full disk that was found, for those who wait for what will not come any more. */
export function watchDisk(dataDir: string | undefined) {
  const { promise: full, reject } = Promise.withResolvers<never>();
  // Whoever waits for something hears of it; it is no failure of its own.
  full.catch(() => undefined);
  let found: DirectoryFull | undefined;
  return {
    full,
    /** The error to show for this one. */
    judge(error: unknown): unknown {
      if (found) return found;
      if (dataDir === undefined || !isFullDisk(error)) return error;
      found = new DirectoryFull(dataDir, { cause: error });
      reject(found);
      return found;
    },
  };
}
