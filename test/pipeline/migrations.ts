import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../supabase/migrations');

/** What the newest migration that has the pattern says in its first group; empty when none has it. */
export function newestIn(pattern: RegExp): string {
  const said = readdirSync(folder)
    .toSorted()
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(new RegExp(pattern, 'g'))]);
  return said.at(-1)?.[1] ?? '';
}
