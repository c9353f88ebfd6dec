import { readFileSync } from 'node:fs';
import { Wire } from '../../local/services/supabase/wire.ts';

/** The part of psql that the documents use: a query (`-c`) or files (`-f`), at the address that comes first. */
const [url = '', ...args] = process.argv.slice(2);
const { wire } = await Wire.open(url);
for (const [at, arg] of args.entries()) {
  if (arg !== '-c' && arg !== '-f') continue;
  const given = args[at + 1] ?? '';
  const { rows, tags, error } = await wire.query(arg === '-c' ? given : readFileSync(given, 'utf8'));
  for (const row of rows) process.stdout.write(`${row.join(' | ')}\n`);
  if (error) process.stderr.write(`ERROR: ${error.code} ${error.message}\n`);
  if (arg === '-c' && rows.length === 0) process.stdout.write(`${tags.join('\n')}\n`);
  process.exitCode ||= error ? 1 : 0;
}
await wire.close();
