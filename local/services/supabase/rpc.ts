import type { Transaction } from '@electric-sql/pglite';
import { NotImplemented } from '../jsonService.ts';
import { type Argument, findRoutines, identifier, type Routine } from './catalog.ts';
import { PostgrestError } from './errors.ts';
import type { Statement } from './statements.ts';

/** A call whose function exists. Its SQL selects one column `body`, JSON as text, and `n`, the number of rows. */
export interface RoutineCall {
  routine: Routine;
  statement: Statement;
}

/**
 * Chooses the function by the names of the arguments, as PostgREST does: all required ones are given, and none that it
 * does not have. PGRST202 when there is none, PGRST203 when there are several.
 */
export async function toCall(tx: Transaction, name: string, args: unknown): Promise<RoutineCall> {
  const routines = await findRoutines(tx, name);
  const given = isObject(args) ? args : {};
  const names = Object.keys(given);
  const fitting = isObject(args) ? routines.filter((routine) => fits(routine, names)) : [];
  const [routine] = fitting;
  if (fitting.length > 1) {
    throw new PostgrestError(300, 'PGRST203', `Could not choose the best candidate function for public.${name}`);
  }
  if (routine !== undefined) return { routine, statement: byName(routine, given) };
  if (routines.some((candidate) => takesWhole(candidate.arguments))) {
    throw new NotImplemented(`${name}, a function of one unnamed argument,`);
  }
  const list = names.length === 0 ? ' without parameters' : `(${names.join(', ')})`;
  throw new PostgrestError(
    404,
    'PGRST202',
    `Could not find the function public.${name}${list} in the schema cache`,
    `No function public.${name} takes these parameters, or a single unnamed json or jsonb parameter.`,
  );
}

function fits(routine: Routine, names: string[]): boolean {
  const known = new Set(routine.arguments.map((argument) => argument.name));
  const given = new Set(names);
  return (
    names.every((name) => name !== '' && known.has(name)) &&
    routine.arguments.every((argument) => !argument.required || given.has(argument.name))
  );
}

function takesWhole(args: Argument[]): boolean {
  const [only] = args;
  return args.length === 1 && only?.name === '';
}

function byName(routine: Routine, given: Record<string, unknown>): Statement {
  const used = routine.arguments.filter((argument) => Object.hasOwn(given, argument.name));
  if (used.length === 0) return toStatement(routine, '', '', []);
  const columns = used.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ');
  const passed = used.map(({ name }) => `${identifier(name)} => a.${identifier(name)}`).join(', ');
  // Read as a record of the arguments' types: json stays json, text stays text.
  return toStatement(routine, passed, `json_to_record($1::json) as a (${columns})`, [JSON.stringify(given)]);
}

function toStatement(routine: Routine, passed: string, source: string, params: string[]): Statement {
  const call = `public.${identifier(routine.name)}(${passed})`;
  const from = source === '' ? '' : ` from ${source}`;
  const rows =
    routine.returns === 'composite'
      ? `select r.* from ${source === '' ? '' : `${source}, lateral `}${call} r`
      : `select ${call}${routine.returns === 'void' ? '::text' : ''} as r${from}`;
  const item = routine.returns === 'composite' ? 'rows' : 'rows.r';
  const body = routine.set ? `coalesce(json_agg(${item}), '[]')` : `coalesce(json_agg(${item}) -> 0, 'null')`;
  return { sql: `with rows as (${rows}) select (${body})::text as body, count(*)::integer as n from rows`, params };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
