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
    ['ilike', (q) => q.ilike('name', 'ON*'), [1]],
    ['in', (q) => q.in('name', ['one', 'two, "2"']), [1, 2]],
    ['in nothing', (q) => q.in('id', []), []],
    ['is null', (q) => q.is('at', null), [2]],
    ['is true', (q) => q.is('ok', true), [1]],
    ['not is null', (q) => q.not('at', 'is', null), [1, 3]],
    ['not in', (q) => q.not('id', 'in', '(1,2)'), [3]],
    ['cs on an array', (q) => q.contains('tags', ['b']), [1, 2]],
    ['cs on json', (q) => q.contains('meta', { n: 2 }), [2]],
    ['cd', (q) => q.containedBy('tags', ['b', 'c']), [2, 3]],
    ['ov', (q) => q.overlaps('tags', ['a', 'z']), [1]],
    ['a json path', (q) => q.eq('meta->x->>y', 'deep'), [1]],
    ['a json path to a number', (q) => q.gt('meta->n', 1), [2]],
    ['a json path by index', (q) => q.eq('meta->x->list->>1', '20'), [1]],
    ['or', (q) => q.or('id.eq.1,name.eq."two, \\"2\\""'), [1, 2]],
    ['or of and, not and in', (q) => q.or('and(id.gt.1,at.not.is.null),not.and(id.neq.1),id.in.(1)'), [1, 3]],
    ['and of several filters', (q) => q.gt('id', 1).lt('id', 3), [2]],
  ])('%s', async (_, filter, ids) => {
    const { data, error } = await filter(readIds().order('id'));
    expect([data, error]).toEqual([ids.map((id) => ({ id })), null]);
  });

  test('columns, aliases, json paths; values keep their json types', async () => {
    const select = 'id, label:name, size, at, tags, ok, "odd name", meta->x->>y, second:meta->x->list->1, meta->n';
    const { data } = await server.service.from('things').select(select).eq('id', 1);
    expect(data).toEqual([
      {
        id: 1,
        label: 'one',
        size: 1.5,
        at: '2026-01-01T00:00:00+00:00',
        tags: ['a', 'b'],
        ok: true,
        'odd name': 'odd',
        y: 'deep',
        second: 20,
        n: 1,
      },
    ]);
  });

  test.each<[string, (query: Query) => PromiseLike<{ data: unknown }>, number[]]>([
    ['ascending, nulls last', (q) => q.order('size'), [1, 2, 3]],
    ['descending, nulls first', (q) => q.order('size', { ascending: false }), [3, 2, 1]],
    ['descending, nulls last', (q) => q.order('size', { ascending: false, nullsFirst: false }), [2, 1, 3]],
    ['two columns', (q) => q.order('ok', { nullsFirst: true }).order('id'), [3, 2, 1]],
    ['a json path', (q) => q.order('meta->n', { ascending: false, nullsFirst: false }), [2, 1, 3]],
    ['limit', (q) => q.order('id').limit(2), [1, 2]],
    ['range', (q) => q.order('id').range(1, 2), [2, 3]],
  ])('order and page: %s', async (_, page, ids) => {
    const { data } = await page(readIds());
    expect(data).toEqual(ids.map((id) => ({ id })));
  });

  test('the Range header pages too, and Content-Range says where', async () => {
    const response = await fetch(`${server.rest.url}/rest/v1/things?select=id&order=id`, {
      headers: { apikey: server.rest.serviceRoleKey, range: '1-5', prefer: 'count=exact' },
    });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, '1-2/3']);
    expect(await response.json()).toEqual([{ id: 2 }, { id: 3 }]);
  });

  test('count exact, without rows and with some', async () => {
    const head = await server.service.from('things').select('*', { count: 'exact', head: true }).gt('id', 1);
    const none = await server.service.from('things').select('*', { count: 'exact' }).gt('id', 9);
    const page = await server.service.from('things').select('id', { count: 'exact' }).limit(1);
    expect([head.count, head.data, none.count, page.count, page.status]).toEqual([2, null, 0, 3, 206]);
  });

  test('an offset beyond the end, counted: 416', async () => {
    const { status, error } = await server.service.from('things').select('*', { count: 'exact' }).range(7, 9);
    expect([status, error?.code]).toEqual([416, 'PGRST103']);
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
    ['a list', `name=in.("${hostile}",${hostile})`],
    ['a group', `or=(name.eq."${hostile}")`],
    ['a json path', `meta->>${hostile}=eq.1`],
    ['an alias', `select=a"${hostile}:id`],
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
