import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Schema, toPage } from './schemaPage.ts';

const folder = join(import.meta.dirname, '../../pipeline/schemas');
const schemas = ['transcript', 'entities', 'consultation'].map(
  (name) => JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8')) as Schema,
);

test('the page says what the schemas say', async () => {
  await expect(toPage(schemas)).toMatchFileSnapshot(join(folder, 'README.md'));
});

test('every field, every part and every description is on the page', () => {
  const page = toPage(schemas);
  const check = (schema: Schema): void => {
    if (schema.description !== undefined) expect(page).toContain(schema.description);
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      expect(page).toMatch(new RegExp(`[\`.]${name}\``));
      check(field);
    }
    for (const part of Object.values(schema.$defs ?? {})) check(part);
    for (const part of [schema.items, ...(schema.anyOf ?? [])]) if (part) check(part);
  };
  for (const schema of schemas) check(schema);
});

test('a schema as a table', () => {
  const schema: Schema = {
    title: 'visit.json',
    description: 'One visit.',
    required: ['status', 'turns'],
    properties: {
      status: { enum: ['open', 'over'], description: 'How it stands.' },
      turns: { type: 'array', items: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } } },
      usage: { type: 'object', additionalProperties: { type: 'integer' } },
      role: { anyOf: [{ $ref: '#/$defs/role' }, { type: 'null' }] },
    },
    $defs: { role: { description: 'Of a speaker.', enum: ['patient'] } },
  };
  expect(toPage([schema]).split('## visit.json')[1]).toBe(`

One visit.

| field | type | what it says |
| --- | --- | --- |
| \`status\` | \`open\`, \`over\` | How it stands. |
| \`turns\` | list of object |  |
| \`turns[].text\` | string |  |
| \`usage\` | optional map to integer |  |
| \`role\` | optional role or null |  |

### role (visit)

Of a speaker.

\`patient\`
`);
});
