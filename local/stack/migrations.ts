import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const supabase = join(import.meta.dirname, '../../supabase');

/**
 * The SQL that turns a bare Postgres into the project's: the roles that Supabase brings, and its Realtime, then the
 * migrations in their order.
 */
export async function readMigrations({ hasRealtime = false } = {}): Promise<string> {
  const migrations = join(supabase, 'migrations');
  const names = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
  const brought = ['bootstrap', ...(hasRealtime ? ['realtime'] : [])];
  const files = [
    ...brought.map((name) => join(supabase, `tests/${name}.sql`)),
    ...names.map((name) => join(migrations, name)),
  ];
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}
