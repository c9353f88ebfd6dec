import type { Transaction } from '@electric-sql/pglite';
import { PostgrestError } from './errors.ts';

/** A table or view of schema `public`. Statements call it `t`. */
export interface Relation {
  name: string;
  columns: Set<string>;
}

export interface Argument {
  /** Empty when the function does not name it. */
  name: string;
  type: string;
  required: boolean;
}

export interface Routine {
  name: string;
  arguments: Argument[];
  set: boolean;
  returns: 'void' | 'scalar' | 'composite';
}

/** An SQL identifier. Only names that the catalog knows, and aliases, are ever passed here. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** An SQL literal without a type: like PostgREST's, it takes the type of what it is compared with. */
export function literal(value: string): string {
  if (value.includes('\0')) throw new PostgrestError(400, '22021', 'invalid byte sequence for encoding "UTF8": 0x00');
  return `'${value.replaceAll("'", "''")}'`;
}

export async function findRelation(tx: Transaction, name: string): Promise<Relation> {
  const { rows } = await tx.query<{ column: string }>(
    `select a.attname::text as column
     from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and a.attnum > 0 and not a.attisdropped`,
    [name],
  );
  if (rows.length === 0) {
    throw new PostgrestError(404, 'PGRST205', `Could not find the table 'public.${name}' in the schema cache`);
  }
  return { name, columns: new Set(rows.map((row) => row.column)) };
}

/** The column of the relation, ready for a statement. Throws 42703 when there is none. */
export function column(relation: Relation, name: string): string {
  if (!relation.columns.has(name)) {
    throw new PostgrestError(400, '42703', `column ${relation.name}.${name} does not exist`);
  }
  return `t.${identifier(name)}`;
}

/** Every function of that name, one per signature. */
export async function findRoutines(tx: Transaction, name: string): Promise<Routine[]> {
  const { rows } = await tx.query<{ routine: Routine }>(
    `select json_build_object(
       'name', p.proname,
       'set', p.proretset,
       'returns', case when p.prorettype = 'void'::regtype then 'void'
                       when t.typtype = 'c' or t.typname = 'record' then 'composite' else 'scalar' end,
       'arguments', (
         select coalesce(json_agg(json_build_object(
           'name', coalesce(names.list[i.n], ''),
           'type', format_type(i.type, null),
           'required', i.n <= p.pronargs - p.pronargdefaults) order by i.n), '[]')
         from unnest(p.proargtypes::oid[]) with ordinality i (type, n)
       )) as routine
     from pg_catalog.pg_proc p
     join pg_catalog.pg_type t on t.oid = p.prorettype
     cross join lateral (
       select array_agg(a.name order by a.n) as list
       from unnest(p.proargnames, p.proargmodes) with ordinality a (name, mode, n)
       where coalesce(a.mode, 'i') in ('i', 'b', 'v')
     ) names
     where p.pronamespace = 'public'::regnamespace and p.proname = $1 and p.prokind = 'f'`,
    [name],
  );
  return rows.map((row) => row.routine);
}
