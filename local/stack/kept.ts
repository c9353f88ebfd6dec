import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../commandLine.ts';
import type { Stack } from './stack.ts';

/**
 * Does something with the stack whose state a directory keeps, and stops it. Only `start` and `replay` make such a
 * directory: a name that was mistyped must not look like a stack that has lost everything.
 * @throws CommandError when no stack has kept its state there
 */
export async function onKeptStack<T>(dataDir: string, work: (env: Stack['env']) => Promise<T>): Promise<T> {
  const database = await stat(join(dataDir, 'postgres')).catch(() => undefined);
  if (!database?.isDirectory()) throw new CommandError(`no stack has kept its state in ${dataDir}`, 2);
  const { startStack } = await import('./stack.ts');
  const stack = await startStack({ dataDir });
  try {
    return await Promise.race([work(stack.env), stack.full]);
  } finally {
    await stack.stop();
  }
}
