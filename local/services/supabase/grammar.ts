import { PostgrestError } from './errors.ts';
import { literal } from './catalog.ts';

/** The error for a value that does not follow the grammar of PostgREST's query strings. */
export function malformed(what: string): PostgrestError {
  return new PostgrestError(400, 'PGRST100', `failed to parse ${what}`);
}

/** A quoted text, a single mark, or the text between them; a quote by itself is one that is never closed. */
const listToken = /"(?:\\.|[^"\\])*"|[(){},"]|[^(){},"]+/gs;
const depths = new Map([
  ['(', 1],
  ['{', 1],
  [')', -1],
  ['}', -1],
]);

/** Splits at the commas that are not within quotes, parentheses or braces. */
export function splitList(text: string): string[] {
  if (text === '') return [];
  const items: string[][] = [[]];
  let depth = 0;
  for (const [token] of text.matchAll(listToken)) {
    depth += depths.get(token) ?? 0;
    if (depth < 0 || token === '"') throw malformed(`list (${text})`);
    if (token === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  if (depth !== 0) throw malformed(`list (${text})`);
  return items.map((tokens) => tokens.join(''));
}

/** The text between the parentheses. */
export function parenthesized(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) throw malformed(`list (${text}): parentheses expected`);
  return text.slice(1, -1);
}

/** Takes the quotes off: within lists a value may be quoted, with a backslash before a quote or a backslash. */
export function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1')
    : text;
}

/** `column->a->0->>b`: the column, the SQL that follows the arrows, and the name the result gets. */
export interface JsonPath {
  column: string;
  arrows: string;
  name: string;
}

export function parsePath(text: string): JsonPath {
  const [head = '', ...rest] = text.split(/(->>?)/);
  const path: JsonPath = { column: unquoted(head), arrows: '', name: '' };
  if (path.column === '') throw malformed(`column (${text})`);
  for (let at = 0; at < rest.length; at += 2) {
    const key = unquoted(rest[at + 1] ?? '');
    if (key === '' || (rest[at] === '->>' && at + 2 < rest.length)) throw malformed(`json path (${text})`);
    const isIndex = /^-?\d{1,9}$/.test(key);
    path.arrows += `${rest[at]}${isIndex ? key : literal(key)}`;
    // An element is named after the array it is in.
    if (!isIndex) path.name = key;
  }
  if (rest.length > 0 && path.name === '') path.name = path.column;
  return path;
}

/** A whole number of rows. */
export function rowCount(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw malformed(`${name} (${text})`);
  return Number(text);
}
