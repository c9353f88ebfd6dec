import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lists } from '../../../pipeline/clinical/finding.ts';

test('the described document has the same lists, in their order', () => {
  const path = join(import.meta.dirname, '../../../pipeline/schemas/consultation.schema.json');
  const { properties, required, $defs } = JSON.parse(readFileSync(path, 'utf8')) as {
    properties: Record<string, { type: string }>;
    required: string[];
    $defs: { finding: { properties: { contradictedBy: { items: { enum: string[] } } } } };
  };
  expect(Object.keys(properties).filter((name) => properties[name]?.type === 'array' && name !== 'speakers')).toEqual(
    lists,
  );
  expect(required).toEqual(expect.arrayContaining([...lists]));
  expect($defs.finding.properties.contradictedBy.items.enum).toEqual(lists);
});
