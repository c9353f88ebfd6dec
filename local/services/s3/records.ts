import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Small JSON records by path. Writes are synchronous on purpose: a condition that was checked still holds when the
 * record that depends on it is on the disk.
 */
export interface Records {
  put(path: string, record: object): void;
  remove(path: string): void;
  /** Every record below a folder, in no particular order. The caller knows what it put there. */
  all<Kind>(folder: string): Kind[];
}

/** For a store that need not outlive the process: nothing has to be written down. */
export const noRecords: Records = { put() {}, remove() {}, all: () => [] };

/** One file per record, replaced by renaming: after a crash a record is the old one or the new one. */
export function diskRecords(directory: string): Records {
  const root = join(directory, 'records');
  mkdirSync(root, { recursive: true });
  return {
    put(path, record) {
      const file = join(root, `${path}.json`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(record));
      renameSync(`${file}.new`, file);
    },
    remove: (path) => rmSync(join(root, `${path}.json`), { force: true }),
    all: <Kind>(folder: string) =>
      jsonFiles(join(root, folder)).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Kind),
  };
}

function jsonFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
}
