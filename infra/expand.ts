import { refusal } from './refusal.ts';

/** The names that each loop stands for, by the loop's key: `forEachFunction`, `forEachTask`, `forEachApi`. */
export type Loops = Readonly<Record<string, readonly string[]>>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes out for each name what the files in `infra/` say once for many names. In an object, the entries under a loop's
 * key are made once for each name; in a list, so is an item that is nothing but a loop. `<name>` is the name, and
 * `<Name>` the name with a capital letter. `Fn::ToJsonString` becomes the text that CloudFormation's function of that
 * name would make. CloudFormation's own `Fn::ForEach` does not work in lists, and a template that uses it shows neither
 * the rule packs nor a reader what is deployed.
 * @throws TemplateInvalid for a loop that does not exist, a placeholder outside a loop, and an entry that occurs twice
 */
export function expand(value: unknown, loops: Loops): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => expandItem(item, loops));
  if (!isFields(value)) return checkPlaceholders(value);
  const entries = Object.entries(value).flatMap(([key, content]) =>
    isLoop(key) ? repeat(key, content, loops).flatMap((one) => entriesOf(key, one)) : [[key, content] as const],
  );
  const expanded = toFields(entries.map(([key, content]) => [key, expand(content, loops)]));
  return 'Fn::ToJsonString' in expanded ? toJsonString(expanded['Fn::ToJsonString']) : expanded;
}

function expandItem(item: unknown, loops: Loops): unknown[] {
  const [[key, content] = [''], more] = isFields(item) ? Object.entries(item) : [];
  const items = isLoop(key) && more === undefined ? repeat(key, content, loops) : [item];
  return items.map((one) => expand(one, loops));
}

function entriesOf(loop: string, content: unknown): [string, unknown][] {
  if (isFields(content)) return Object.entries(content);
  throw refusal('TemplateInvalid', `${loop}: in an object it holds entries, not ${JSON.stringify(content)}`);
}

const isLoop = (key: string) => key.startsWith('forEach');

function repeat(key: string, content: unknown, loops: Loops): unknown[] {
  const names = loops[key];
  if (!names) throw refusal('TemplateInvalid', `there is no ${key}; there are ${Object.keys(loops).join(' and ')}`);
  return names.map((name) => fill(content, name));
}

function fill(value: unknown, name: string): unknown {
  if (typeof value === 'string') return value.replaceAll('<name>', name).replaceAll('<Name>', capitalize(name));
  if (Array.isArray(value)) return value.map((item) => fill(item, name));
  if (!isFields(value)) return value;
  return toFields(Object.entries(value).map(([key, content]) => [String(fill(key, name)), fill(content, name)]));
}

/** A function's name as it begins logical ids: `StoreResults` for `storeResults`. */
export const capitalize = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

function toFields(entries: readonly (readonly [string, unknown])[]): Fields {
  const fields: Record<string, unknown> = {};
  for (const [key, content] of entries) {
    checkPlaceholders(key);
    if (Object.hasOwn(fields, key)) throw refusal('TemplateInvalid', `${key} stands twice in the same place`);
    fields[key] = content;
  }
  return fields;
}

function checkPlaceholders<T>(value: T): T {
  if (typeof value !== 'string' || !/<name>/i.test(value)) return value;
  throw refusal('TemplateInvalid', `${value}: <name> and <Name> are filled in only inside a loop`);
}

/** osls puts a parameter's value in as it is: a number needs no quotation marks. */
function toJsonString(value: unknown): string {
  return JSON.stringify(value).replace(/"(\$\{param:\w+\})"/g, '$1');
}

/** A copy of a document in which `change` has replaced each text. */
export function mapStrings(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, mapStrings(content, change)]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
