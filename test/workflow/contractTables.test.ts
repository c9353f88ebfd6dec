import { beforeAll, describe, expect, test } from 'vitest';
import { defaults, indexes, keys, listed, routines, tables } from './contractTables.ts';
import { TestStack } from './testStack.ts';

/** The migrated database, as those see it who read it beside the product. */
let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

const words = (text: string) => text.trim().split(/\s+/);
const rowsOf = (statement: string) => product.sql(statement);

describe('every table and column of the contract is there, with its type', () => {
  test.each(Object.entries(tables))('%s', async (table, byType) => {
    const [schema, name] = table.split('.');
    const found = await rowsOf(
      `select column_name, data_type from information_schema.columns where table_schema = '${schema}' and table_name = '${name}'`,
    );
    const wanted = Object.entries(byType).flatMap(([type, columns]) => words(columns).map((column) => [column, type]));
    expect(found).toEqual(expect.arrayContaining(wanted));
  });

  test('a language has ten letters at most, and what a call is comes as whoever reads it may see it', async () => {
    const length = `select character_maximum_length from information_schema.columns
      where table_name = 'video_call_sessions' and column_name = 'transcription_language'`;
    expect(await rowsOf(length)).toEqual([['10']]);
    const options = `select reloptions from pg_class where oid = 'public.video_call_overview'::regclass`;
    expect(await rowsOf(options)).toEqual([['{security_invoker=true}']]);
  });

  test('anybody who is not signed in has no right to any, and each is read by rows', async () => {
    const names = Object.keys(tables).map((table) => `'${table}'::regclass`);
    const open = `select c.oid::regclass from pg_class c where c.oid in (${names.join(', ')}) and (
      has_table_privilege('anon', c.oid, 'select, insert, update, delete') or c.relkind = 'r' and not c.relrowsecurity)`;
    expect(await rowsOf(open)).toEqual([]);
  });
});

/** The columns of an index, whether each row has others there, and which rows it is about. */
const indexed = `
  select i.indrelid::regclass::text, i.indisunique::text, pg_get_expr(i.indpred, i.indrelid), (
    select string_agg(a.attname, ', ' order by k.at) from unnest(i.indkey::smallint[]) with ordinality k (column_number, at)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.column_number)
  from pg_index i join pg_class t on t.oid = i.indrelid where t.relnamespace = 'public'::regnamespace`;

test.each(keys)('%s (%s) is there once', async (table, columns, where) => {
  expect(await rowsOf(indexed)).toContainEqual([table, 'true', where ?? null, columns]);
});

test.each(indexes)('%s is found by %s', async (table, column, where) => {
  expect(await rowsOf(indexed)).toContainEqual([table, 'false', where ?? null, column]);
});

test.each(listed)('%s.%s is one of %s', async (table, column, wanted) => {
  const checks = await rowsOf(`
    select pg_get_constraintdef(c.oid) from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
    where c.contype = 'c' and c.conrelid = 'public.${table}'::regclass and a.attname = '${column}'`);
  const lists = checks.map(([text = '']) =>
    [...String(text).matchAll(/'([^']+)'/g)].map(([, word = '']) => word).toSorted(),
  );
  expect(lists).toContainEqual(words(wanted).toSorted());
});

test.each(defaults)('%s.%s is %s', async (table, column, value) => {
  const found = await rowsOf(`
    select column_default from information_schema.columns
    where table_schema = 'public' and table_name = '${table}' and column_name = '${column}'`);
  expect(found).toEqual([[`'${value}'::text`]]);
});

test.each(routines)('%s(%s) is there', async (name, given, gives) => {
  const [found] = await rowsOf(`
    select pg_get_function_arguments(oid), pg_get_function_result(oid) from pg_proc where oid = '${name}'::regproc`);
  expect(found).toEqual([given, gives ?? expect.any(String)]);
});
