import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The document at `path`, or undefined when there is none yet. */
export async function readSnapshot<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * A function that writes the current state to `path` and resolves once everything that had happened when it was called
 * is on disk. Calls during a write share the next one. The file is replaced whole: a crash leaves the old one or the
 * new.
 */
export function snapshotWriter(path: string, state: () => unknown): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const write = async () => {
    next = undefined;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(state()));
    await rename(`${path}.new`, path);
  };
  return () => {
    if (next) return next;
    next = running.then(write);
    running = next.catch(() => undefined);
    return next;
  };
}

/** A document that names its schema. */
interface Kept {
  schema: string;
}

/** As `readSnapshot`, at once. @throws Error for a document of another schema */
export function readKept<T extends Kept>(path: string, schema: T['schema']): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const kept = JSON.parse(text) as T;
  if (kept.schema !== schema) throw new Error(`${path} is not a ${schema} file`);
  return kept;
}

/** On return it is on the disk, whole: a reader finds the old file or the new one. */
export function keep<T extends Kept>(path: string, document: T): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(document));
  renameSync(`${path}.new`, path);
}
