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
 * Saves during a write share the next one. After a write that failed, every other fails too: the folder is behind.
 *
 * @param onBroken gets what a write failed with, whoever waits for it
 */
export function folderStore<T>(folder: string, clock: Clock, onBroken: (error: unknown) => void): Store<T> {
  mkdirSync(folder, { recursive: true });
  let last: Promise<void> = Promise.resolve();
  let next: Map<string, string> | undefined;
  const write = async (texts: ReadonlyMap<string, string>) => {
    next = undefined;
    for (const [file, text] of texts) {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    }
  };
  return {
    load: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T),
    save: (arn, record) => {
      if (!next) {
        const texts = new Map<string, string>();
        next = texts;
        last = last.then(() => write(texts));
        clock.busy(last).catch(onBroken);
      }
      next.set(join(folder, fileName(arn)), JSON.stringify(record));
      return last;
    },
    settled: () => last,
  };
}

/** Readable, safe on every file system (names may hold any letter), and never the same for two ARNs. */
function fileName(arn: string): string {
  const name = arn.slice(arn.lastIndexOf(':') + 1).replaceAll(/[^A-Za-z0-9_-]/g, '_');
  return `${name}-${createHash('sha256').update(arn).digest('hex').slice(0, 12)}.json`;
}
