import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Deno } from '../services/edgeFunctions/running.ts';

const root = join(import.meta.dirname, '../..');
const packages = join(root, 'node_modules/@deno');

/**
 * Deno itself, which is installed for tests only. The command in node_modules/.bin is a wrapper: ending that leaves Deno
 * behind.
 * @throws Error when it is not installed
 */
export function findDeno(): Deno {
  const names = existsSync(packages) ? readdirSync(packages) : [];
  const binary = names
    .flatMap((name) => ['deno', 'deno.exe'].map((file) => join(packages, name, file)))
    .find((file) => existsSync(file));
  if (binary === undefined) throw new Error('Deno is not installed: npm ci installs it');
  return {
    binary,
    config: join(root, 'supabase/functions/deno.json'),
    cacheDir: join(root, 'node_modules/.cache/medzen/deno'),
  };
}
