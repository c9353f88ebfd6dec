import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { relatives, statuses } from '../../../pipeline/clinical/entities.ts';
import { reasonNames } from '../../../pipeline/clinical/reasons.ts';
import { newestIn } from '../migrations.ts';

const root = join(import.meta.dirname, '../../..');
const listed = [...statuses].toSorted();

/** The part of `entities.schema.json` that lists what an assertion may say. */
interface Schema {
  $defs: {
    entity: { properties: { assertion: { properties: Record<'status' | 'relative', { enum: string[] }> } } };
    reason: { enum: string[] };
  };
}

test('the described document knows the same statuses and relatives', () => {
  const { $defs } = JSON.parse(readFileSync(join(root, 'pipeline/schemas/entities.schema.json'), 'utf8')) as Schema;
  const { status, relative } = $defs.entity.properties.assertion.properties;
  expect(status.enum.toSorted()).toEqual(listed);
  expect(relative.enum).toEqual([...relatives, null]);
});

test.each(['entities', 'consultation'])('%s.schema.json publishes every reason', (name) => {
  const { $defs } = JSON.parse(readFileSync(join(root, `pipeline/schemas/${name}.schema.json`), 'utf8')) as Schema;
  expect($defs.reason.enum).toEqual(reasonNames);
});

test('so does the database, in its check and in what its function takes', () => {
  const checked = newestIn(/assertion_status in\s*\(([^)]*)\)/);
  const taken = newestIn(/"status": \[([^\]]*"historical"[^\]]*)\]/);
  for (const list of [checked, taken]) expect(list.match(/\w+/g)?.toSorted()).toEqual(listed);
});
