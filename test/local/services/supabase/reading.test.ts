import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestServer } from './server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(() => server.close());

describe('reading', () => {
  const readIds = () => server.service.from('things').select('id');
  type Query = ReturnType<typeof readIds>;

  test.each<[string, (query: Query) => PromiseLike<{ data: unknown; error: unknown }>, number[]]>([
    ['eq', (q) => q.eq('id', 2), [2]],
    ['eq on text with quotes and commas', (q) => q.eq('name', 'two, "2"'), [2]],
    ['eq on text with an apostrophe', (q) => q.eq('name', "it's 100%"), [3]],
    ['eq on a column with a blank', (q) => q.eq('odd name', 'odd'), [1, 2, 3]],
    ['neq', (q) => q.neq('id', 2), [1, 3]],
    ['gt', (q) => q.gt('size', 1.5), [2]],
    ['gte', (q) => q.gte('at', '2026-02-01T00:00:00Z'), [3]],
    ['lt', (q) => q.lt('id', 2), [1]],
    ['lte', (q) => q.lte('id', 2), [1, 2]],
    ['like', (q) => q.like('name', 'tw%'), [2]],
    ['like with a star', (q) => q.like('name', 'tw*'), [2]],
    ['is null', (q) => q.is('at', null), [2]],
    ['is true', (q) => q.is('ok', true), [1]],
    ['not is null', (q) => q.not('at', 'is', null), [1, 3]],
    ['and of several filters', (q) => q.gt('id', 1).lt('id', 3), [2]],
  ])('%s', async (_, filter, ids) => {
    const { data, error } = await filter(readIds().order('id'));
    expect([data, error]).toEqual([ids.map((id) => ({ id })), null]);
  });

  test('columns; values keep their json types', async () => {
    const { data } = await server.service.from('things').select('id, size, at, tags, ok, "odd name", meta').eq('id', 1);
    expect(data).toEqual([
      {
        id: 1,
        size: 1.5,
        at: '2026-01-01T00:00:00+00:00',
        tags: ['a', 'b'],
        ok: true,
        'odd name': 'odd',
        meta: { x: { y: 'deep', list: [10, 20] }, n: 1 },
      },
    ]);
  });

  test.each<[string, (query: Query) => PromiseLike<{ data: unknown }>, number[]]>([
    ['ascending, nulls last', (q) => q.order('size'), [1, 2, 3]],
    ['descending, nulls first', (q) => q.order('size', { ascending: false }), [3, 2, 1]],
    ['descending, nulls last', (q) => q.order('size', { ascending: false, nullsFirst: false }), [2, 1, 3]],
    ['two columns', (q) => q.order('ok', { nullsFirst: true }).order('id'), [3, 2, 1]],
    ['limit', (q) => q.order('id').limit(2), [1, 2]],
  ])('order and page: %s', async (_, page, ids) => {
    const { data } = await page(readIds());
    expect(data).toEqual(ids.map((id) => ({ id })));
  });

  test('Content-Range says what came', async () => {
    const answers = [await server.get('select=id&order=id&limit=2'), await server.get('id=gt.9')];
    expect(answers.map((answer) => answer.headers.get('content-range'))).toEqual(['0-1/*', '*/*']);
  });

  test('a negative limit: 416', async () => {
    const answer = await server.get('limit=-1');
    expect([answer.status, await answer.json()]).toMatchObject([416, { code: 'PGRST103' }]);
  });

  test('a single row', async () => {
    const one = await server.service.from('things').select('id').eq('id', 1).single();
    const none = await server.service.from('things').select('id').eq('id', 9).single();
    const many = await server.service.from('things').select('id').single();
    const maybe = await server.service.from('things').select('id').eq('id', 9).maybeSingle();
    expect(one.data).toEqual({ id: 1 });
    expect([none.status, none.error?.code, none.error?.details]).toEqual([
      406,
      'PGRST116',
      'The result contains 0 rows',
    ]);
    expect([many.status, many.error?.details]).toEqual([406, 'The result contains 3 rows']);
    expect([maybe.data, maybe.error]).toEqual([null, null]);
  });

  test('an unknown table: 404 PGRST205; an unknown column: 400 42703', async () => {
    const table = await server.service.from('nowhere').select();
    const column = await server.service.from('things').select('nothing');
    const filter = await server.service.from('things').select().eq('nothing', 1);
    const order = await server.service.from('things').select().order('nothing');
    expect([table.status, table.error?.code]).toEqual([404, 'PGRST205']);
    for (const { status, error } of [column, filter, order]) expect([status, error?.code]).toEqual([400, '42703']);
  });

  test('a system table is not of the schema', async () => {
    expect((await server.service.from('pg_class').select()).error?.code).toBe('PGRST205');
  });
});

describe('what a hostile query string says stays a value', () => {
  const hostile = `x'; drop table public.things; --`;

  test.each<[string, string]>([
    ['a value', `name=eq.${hostile}`],
    ['a backslash before a quote', `name=eq.\\${hostile}`],
    ['a list', `select=id,"x'; drop table things; --"`],
  ])('%s', async (_, query) => {
    const response = await server.get(query);
    expect([200, 400]).toContain(response.status);
    expect((await server.service.from('things').select('id')).data).toHaveLength(3);
  });

  test.each([
    ['a column', `"id; drop table things"=eq.1`],
    ['an order', 'order=id;drop table things'],
    ['a limit', 'limit=1;drop table things'],
    ['an operator', 'id=constructor.1'],
    ['a truth', 'ok=is.constructor'],
  ])('%s is refused', async (_, query) => {
    const response = await server.get(query);
    expect(response.status).toBe(400);
  });
});
