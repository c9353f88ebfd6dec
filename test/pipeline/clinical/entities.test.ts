import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statuses } from '../../../pipeline/clinical/entities.ts';

const root = join(import.meta.dirname, '../../..');
const listed = [...statuses].toSorted();

/** The part of `entities.schema.json` that lists the statuses. */
interface Schema {
  $defs: { entity: { properties: { assertion: { properties: { status: { enum: string[] } } } } } };
}

test('the described document knows the same statuses', () => {
  const { $defs } = JSON.parse(readFileSync(join(root, 'pipeline/schemas/entities.schema.json'), 'utf8')) as Schema;
  expect($defs.entity.properties.assertion.properties.status.enum.toSorted()).toEqual(listed);
});

test('so does the database, in its check and in what its function takes', () => {
  const folder = join(root, 'supabase/migrations');
  const sql = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const [, checked = ''] = /assertion_status in\s*\(([^)]*)\)/.exec(sql) ?? [];
  const [, taken = ''] = /"status": \[([^\]]*"historical"[^\]]*)\]/.exec(sql) ?? [];
  for (const list of [checked, taken]) expect(list.match(/\w+/g)?.toSorted()).toEqual(listed);
});
