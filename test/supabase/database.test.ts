import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pgtap } from '@electric-sql/pglite-pgtap';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMigrations } from '../../local/stack/migrations.ts';

const directory = join(import.meta.dirname, '../../supabase/tests');
const files = readdirSync(directory).filter((name) => name.endsWith('.test.sql'));

/** The files that `supabase/tests/run.sh` runs on a real server, here on the embedded one. */
describe.each([
  ['an empty database', [], files.filter((name) => !/^(older_ehr|realtime)\./.test(name))],
  ['the database of the older EHR', ['realtime.sql', 'older_ehr.sql'], files],
])('pgTAP on %s', (_, before, files) => {
  let db: PGlite;

  beforeAll(async () => {
    db = await PGlite.create({ extensions: { pgtap } });
    for (const name of ['bootstrap.sql', ...before]) await run(name);
    const migrations = await readMigrations();
    for (let time = 0; time < 2; time++) await db.exec(migrations);
    await run('helpers.sql');
  });

  afterAll(() => db.close());

  async function run(name: string): Promise<string[]> {
    const results = await db.exec(await readFile(join(directory, name), 'utf8'), { rowMode: 'array' });
    // Every column of a result may be an assertion.
    return results.flatMap(({ rows }) => rows.flatMap((row) => Object.values(row))).map(String);
  }

  test.each(files)('%s', async (name) => {
    const lines = (await run(name)).flatMap((text) => text.split('\n'));
    const passed = lines.filter((line) => line.startsWith('ok '));
    expect(lines.filter((line) => /^not ok |^#/.test(line))).toEqual([]);
    expect(lines).toContain(`1..${passed.length}`);
    expect(passed.length).toBeGreaterThan(10);
  });
});
