import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';

/** Records by ARN, one JSON file each. */
export interface Store<T> {
  load(): T[];
  /** Resolves when the record is on disk; saves of one record keep their order. */
  save(arn: string, record: T): Promise<void>;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

/** For a stack that keeps nothing. */
export function noStore<T>(): Store<T> {
  const done = () => Promise.resolve();
  return { load: () => [], save: done, settled: done };
}

/**
 * A folder of files, each written beside its place and renamed into it: a crash leaves the old record or the new one.
 */
export function folderStore<T>(folder: string, clock: Clock): Store<T> {
  mkdirSync(folder, { recursive: true });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return clock.busy(turn);
  };
  return {
    load: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T),
    save: (arn, record) => {
      const file = join(folder, fileName(arn));
      const text = JSON.stringify(record);
      return inTurn(async () => {
        await writeFile(`${file}.new`, text);
        await rename(`${file}.new`, file);
      });
    },
    settled: async () => void (await last),
  };
}

/** Readable, safe on every file system (names may hold any letter), and never the same for two ARNs. */
function fileName(arn: string): string {
  const name = arn.slice(arn.lastIndexOf(':') + 1).replaceAll(/[^A-Za-z0-9_-]/g, '_');
  return `${name}-${createHash('sha256').update(arn).digest('hex').slice(0, 12)}.json`;
}
