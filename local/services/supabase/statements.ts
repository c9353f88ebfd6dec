import { NotImplemented } from '../jsonService.ts';
import { identifier, type Relation } from './catalog.ts';
import { PostgrestError } from './errors.ts';
import { malformed, splitList, toCondition, toField } from './filters.ts';

/** A statement whose parameter $1, if it has one, is the request's body (json). */
export interface Statement {
  sql: string;
  params: string[];
}

/** Selects the rows that a query string asks for. */
export function toSelect(relation: Relation, params: URLSearchParams): string {
  if (params.has('offset')) throw new NotImplemented('offset');
  return [
    `select ${toColumns(relation, params)} from ${table(relation)}`,
    where(relation, params),
    toOrder(relation, params.get('order')),
    toLimit(params.get('limit')),
  ].join(' ');
}

function toLimit(text: string | null): string {
  if (text === null) return '';
  if (/^-\d{1,15}$/.test(text)) {
    const details = 'Limit should be greater than or equal to zero.';
    throw new PostgrestError(416, 'PGRST103', 'Requested range not satisfiable', details);
  }
  if (!/^\d{1,15}$/.test(text)) throw malformed(`limit (${text})`);
  return `limit ${Number(text)}`;
}

/**
 * The `returning` clause of a write, empty when no rows are asked for: even an empty list would need the right to read.
 */
export function toReturning(relation: Relation, params: URLSearchParams, representation: boolean): string {
  return representation ? `returning ${toColumns(relation, params)}` : '';
}

/** Inserts one row or many. `columns` names the columns to fill; without it, the rows must have the same ones. */
export function toInsert(relation: Relation, params: URLSearchParams, body: unknown, merge: boolean): Statement {
  const rows = Array.isArray(body) ? body.map(toRow) : [toRow(body)];
  const names = writable(relation, named(params.get('columns')) ?? commonKeys(rows));
  const list = names.map(identifier).join(', ');
  const values = `select ${list} from json_populate_recordset(null::public.${identifier(relation.name)}, $1::json)`;
  const into = `insert into ${table(relation)}`;
  const conflict = merge ? toConflict(relation, params, names) : '';
  if (names.length > 0) return { sql: `${into} (${list}) ${values} ${conflict}`, params: [JSON.stringify(rows)] };
  if (rows.length === 1) return { sql: `${into} default values ${conflict}`, params: [] };
  throw new NotImplemented('inserting other than one row without any column');
}

function toConflict(relation: Relation, params: URLSearchParams, names: string[]): string {
  const target = named(params.get('on_conflict'));
  if (!target) throw new NotImplemented('an upsert without on_conflict');
  const key = writable(relation, target).map(identifier).join(', ');
  const set = names.map((name) => `${identifier(name)} = excluded.${identifier(name)}`).join(', ');
  return `on conflict (${key}) do update set ${set}`;
}

/** Sets the body's columns in the rows that the filters choose. */
export function toUpdate(relation: Relation, params: URLSearchParams, body: unknown): Statement {
  if (Array.isArray(body)) throw new NotImplemented('an update with a list');
  const row = toRow(body);
  const names = writable(relation, Object.keys(row));
  if (names.length === 0) throw new NotImplemented('an update without any column');
  const set = names.map((name) => `${identifier(name)} = b.${identifier(name)}`).join(', ');
  const source = `json_populate_record(null::public.${identifier(relation.name)}, $1::json) b`;
  const sql = `update ${table(relation)} set ${set} from ${source} ${chosen(relation, params, 'UPDATE')}`;
  return { sql, params: [JSON.stringify(row)] };
}

export function toDelete(relation: Relation, params: URLSearchParams): Statement {
  return { sql: `delete from ${table(relation)} ${chosen(relation, params, 'DELETE')}`, params: [] };
}

function table(relation: Relation): string {
  return `public.${identifier(relation.name)} as t`;
}

function where(relation: Relation, params: URLSearchParams): string {
  const condition = toCondition(relation, params);
  return condition === undefined ? '' : `where ${condition}`;
}

/** Supabase loads pg-safeupdate for its API: a write must name its rows, even if it means all of them. */
function chosen(relation: Relation, params: URLSearchParams, verb: string): string {
  const paged = ['order', 'limit', 'offset'].find((name) => params.has(name));
  if (paged !== undefined) throw new NotImplemented(`${paged} on a write`);
  const clause = where(relation, params);
  if (clause === '') throw new PostgrestError(400, '21000', `${verb} requires a WHERE clause`);
  return clause;
}

/** `select=a,b`; without it, every column. */
function toColumns(relation: Relation, params: URLSearchParams): string {
  const text = params.get('select') ?? '*';
  if (text === '') throw new NotImplemented('an empty select');
  return splitList(text)
    .map((item) => toColumn(relation, item))
    .join(', ');
}

function toColumn(relation: Relation, item: string): string {
  if (item === '*') return 't.*';
  if (!relation.columns.has(item)) {
    if (/[()]|^\.\.\./.test(item)) throw new NotImplemented(`embedding or aggregating in select (${item})`);
    if (item.includes(':')) throw new NotImplemented(`a cast or an alias in select (${item})`);
  }
  return toField(relation, item);
}

/** `order=a.desc.nullslast,b`. */
function toOrder(relation: Relation, text: string | null): string {
  if (text === null) return '';
  const terms = splitList(text).map((term) => {
    const [, field, direction, nulls] = /^(.+?)(\.asc|\.desc)?(\.nullsfirst|\.nullslast)?$/s.exec(term) ?? [];
    if (field === undefined) throw malformed(`order (${text})`);
    const placed = nulls === undefined ? '' : nulls === '.nullsfirst' ? ' nulls first' : ' nulls last';
    return `${toField(relation, field)}${direction === '.desc' ? ' desc' : ''}${placed}`;
  });
  return `order by ${terms.join(', ')}`;
}

function named(list: string | null): string[] | undefined {
  return list === null ? undefined : splitList(list);
}

function writable(relation: Relation, names: string[]): string[] {
  const unknown = names.find((name) => !relation.columns.has(name));
  if (unknown === undefined) return names;
  const message = `Could not find the '${unknown}' column of '${relation.name}' in the schema cache`;
  throw new PostgrestError(400, 'PGRST204', message);
}

function toRow(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PostgrestError(400, 'PGRST102', 'Empty or invalid json');
}

function commonKeys(rows: Record<string, unknown>[]): string[] {
  const keys = Object.keys(rows[0] ?? {});
  const same = rows.every((row) => Object.keys(row).length === keys.length && keys.every((key) => key in row));
  if (!same) throw new PostgrestError(400, 'PGRST102', 'All object keys must match');
  return keys;
}
