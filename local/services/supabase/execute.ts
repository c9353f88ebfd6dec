import type { Transaction } from '@electric-sql/pglite';
import type { JsonObject } from '../jsonService.ts';
import { NotImplemented } from '../jsonService.ts';
import { findRelation, type Relation } from './catalog.ts';
import { PostgrestError } from './errors.ts';
import type { RestRequest } from './request.ts';
import { toCall } from './rpc.ts';
import { type Statement, toDelete, toInsert, toReturning, toSelect, toUpdate } from './statements.ts';

export interface Caller {
  /** A Postgres role. */
  role: string;
  claims: JsonObject;
}

export interface Answer {
  status: number;
  /** JSON text. */
  body?: string;
  contentRange?: string;
}

interface Rows {
  body: string;
  n: number;
}

/**
 * Answers one request inside its transaction. The catalog is asked first; from then on the transaction is the
 * caller's, so that Postgres itself applies grants and policies.
 */
export async function execute(tx: Transaction, request: RestRequest, caller: Caller): Promise<Answer> {
  return request.rpc ? executeRoutine(tx, request, caller) : executeRelation(tx, request, caller);
}

async function executeRelation(tx: Transaction, request: RestRequest, caller: Caller): Promise<Answer> {
  const relation = await findRelation(tx, request.target);
  if (request.method === 'GET' || request.method === 'HEAD') {
    await become(tx, caller, request);
    return read(tx, relation, request);
  }
  const statement = toWrite(relation, request);
  await become(tx, caller, request);
  return write(tx, statement, relation, request);
}

async function executeRoutine(tx: Transaction, request: RestRequest, caller: Caller): Promise<Answer> {
  if (request.params.size > 0) throw new NotImplemented('a query string on a POST to a function');
  const { routine, statement } = await toCall(tx, request.target, request.body ?? {});
  await become(tx, caller, request);
  const rows = await run(tx, statement);
  await refuseResponseSettings(tx);
  if (routine.returns === 'void') return { status: 204 };
  return { status: 200, body: routine.set ? toBody(rows, request.single) : rows.body };
}

/** From here to the transaction's end everything is done as the caller and within the caller's rights. */
async function become(tx: Transaction, caller: Caller, { method, settings }: RestRequest): Promise<void> {
  if (method === 'GET' || method === 'HEAD') await tx.exec('set transaction read only');
  const claims = JSON.stringify({ ...caller.claims, role: caller.role });
  await tx.query(
    `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
       set_config('request.method', $3, true), set_config('request.path', $4, true),
       set_config('request.headers', $5, true)`,
    [caller.role, claims, settings.method, settings.path, settings.headers],
  );
}

/** PostgREST answers as `response.status` and `response.headers` say; the stand-in cannot. */
async function refuseResponseSettings(tx: Transaction): Promise<void> {
  const { rows } = await tx.query<{ set: string }>(
    `select concat(current_setting('response.status', true), current_setting('response.headers', true)) as set`,
  );
  if (rows[0]?.set) throw new NotImplemented('a function that sets response.status or response.headers');
}

async function read(tx: Transaction, relation: Relation, request: RestRequest): Promise<Answer> {
  const rows = await run(tx, { sql: listing(toSelect(relation, request.params)), params: [] });
  const contentRange = rows.n === 0 ? '*/*' : `0-${rows.n - 1}/*`;
  return { status: 200, body: toBody(rows, request.single), contentRange };
}

function toWrite(relation: Relation, request: RestRequest): Statement {
  if (request.method === 'DELETE') return toDelete(relation, request.params);
  if (request.method === 'PATCH') return toUpdate(relation, request.params, request.body);
  for (const key of request.params.keys()) {
    if (!['select', 'columns', 'on_conflict'].includes(key)) throw new NotImplemented(`${key} on an insert`);
  }
  return toInsert(relation, request.params, request.body, request.merge);
}

async function write(tx: Transaction, write: Statement, relation: Relation, request: RestRequest): Promise<Answer> {
  const returning = toReturning(relation, request.params, request.representation);
  const rows = request.representation
    ? await run(tx, { sql: listing(`${write.sql} ${returning}`), params: write.params })
    : { body: '[]', n: (await tx.query(write.sql, write.params)).affectedRows ?? 0 };
  const body = toBody(rows, request.single);
  const created = request.method === 'POST';
  return {
    status: created ? 201 : request.representation ? 200 : 204,
    ...(request.representation ? { body } : {}),
  };
}

function listing(rows: string): string {
  return `with rows as (${rows}) select coalesce(json_agg(rows), '[]')::text as body, count(*)::integer as n from rows`;
}

async function run(tx: Transaction, { sql, params }: Statement): Promise<Rows> {
  const { rows } = await tx.query<Rows>(sql, params);
  return rows[0] ?? { body: '[]', n: 0 };
}

function toBody({ body, n }: Rows, single: boolean): string {
  if (!single) return body;
  if (n !== 1) {
    const details = `The result contains ${n} rows`;
    throw new PostgrestError(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', details);
  }
  // Cuts the one element out of the list: Postgres has written the numbers, so they are not read and written again.
  return body.trim().slice(1, -1);
}
