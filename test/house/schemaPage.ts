/** The part of JSON Schema that the published schemas use. */
export interface Schema {
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: string[];
  const?: string;
  pattern?: string;
  $ref?: string;
  anyOf?: Schema[];
  items?: Schema | false;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  $defs?: Record<string, Schema>;
}

interface Row {
  field: string;
  type: string;
  meaning: string;
}

/** Three schemas, or as many as there are, as one Markdown page: a table of each document's fields, and of its parts. */
export function toPage(schemas: readonly Schema[]): string {
  const intro = [
    '# The published documents',
    '',
    'Every replay checks these documents against their JSON Schemas, the `.schema.json` files in this folder. This page',
    'shows the same schemas as tables; a test keeps it equal to them, and',
    '`node local/commands/run.mjs vitest run test/house/schemaPage.test.ts -u` writes it anew. A field that is not called',
    'optional is always there; `null` says that there is no value. No document has other fields than these.',
  ];
  return [...intro, ...schemas.flatMap(toDocument), ''].join('\n');
}

function toDocument({ title = '', description = '', $defs = {}, ...schema }: Schema): string[] {
  const name = title.replace('.json', '');
  const parts = Object.entries($defs).flatMap(([part, of]) => [
    '',
    `### ${part} (${name})`,
    ...(of.description === undefined ? [] : ['', of.description]),
    '',
    ...(of.properties ? [] : [toType(of), '']),
    ...toTable(of),
  ]);
  const lines = ['', `## ${title}`, '', description, '', ...toTable(schema), ...parts];
  return lines.filter((line, at) => line !== '' || lines[at + 1] !== '').slice(0, lines.at(-1) === '' ? -1 : undefined);
}

function toTable(schema: Schema): string[] {
  const rows = toRows(schema, '').map(({ field, type, meaning }) => `| \`${field}\` | ${type} | ${meaning} |`);
  if (rows.length === 0) return [];
  return ['| field | type | what it says |', '| --- | --- | --- |', ...rows];
}

/** An object inside has no table of its own: its fields follow it, by their path. */
function toRows({ properties = {}, required = [], anyOf = [] }: Schema, path: string): Row[] {
  const rows = Object.entries(properties).flatMap(([name, of]) => {
    const field = `${path}${name}`;
    const optional = required.includes(name) ? '' : 'optional ';
    const inside = of.items ? { ...of.items, path: `${field}[].` } : { ...of, path: `${field}.` };
    const descriptions = [of.description, of.items ? of.items.description : undefined].filter(Boolean);
    const row = { field, type: `${optional}${toType(of)}`, meaning: descriptions.join('; each: ') };
    return [row, ...toRows(inside, inside.path)];
  });
  return [...rows, ...anyOf.flatMap((one) => toRows(one, path))];
}

function toType(schema: Schema): string {
  const { $ref, anyOf, enum: names, items, prefixItems, const: constant, additionalProperties: values } = schema;
  if ($ref !== undefined) return $ref.replace('#/$defs/', '');
  if (anyOf) return anyOf.map(toType).join(' or ');
  if (constant !== undefined) return `\`${constant}\``;
  if (names) return names.map((name) => `\`${name}\``).join(', ');
  if (prefixItems) return `list of ${prefixItems.map(toType).join(', ')}`;
  if (items) return `list of ${toType(items)}`;
  if (typeof values === 'object') return `map to ${toType(values)}`;
  return [schema.type ?? 'anything'].flat().join(' or ');
}
