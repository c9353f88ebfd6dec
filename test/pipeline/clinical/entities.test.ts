import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { relatives, statuses } from '../../../pipeline/clinical/entities.ts';
import { reasonNames } from '../../../pipeline/clinical/reasons.ts';

const root = join(import.meta.dirname, '../../..');
const listed = [...statuses].toSorted();

/** The part of `entities.schema.json` that lists what an assertion may say. */
interface Schema {
  $defs: {
    entity: { properties: { assertion: { properties: Record<'status' | 'relative', { enum: string[] }> } } };
    reason: { enum: string[] };
  };
}

test('the described document knows the same statuses, relatives and reasons', () => {
  const { $defs } = JSON.parse(readFileSync(join(root, 'pipeline/schemas/entities.schema.json'), 'utf8')) as Schema;
  const { status, relative } = $defs.entity.properties.assertion.properties;
  expect(status.enum.toSorted()).toEqual(listed);
  expect(relative.enum).toEqual([...relatives, null]);
  expect($defs.reason.enum).toEqual(reasonNames);
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
