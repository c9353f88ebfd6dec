import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { provider, session, TestServer } from './server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(() => server.close());

describe('functions', () => {
  test.each<[string, () => PromiseLike<{ data: unknown; status: number }>, unknown, number]>([
    ['void', () => server.service.rpc('nothing'), null, 204],
    ['scalar, named arguments', () => server.service.rpc('add', { b: 2, a: 3 }), 5, 200],
    ['scalar, an argument left to its default', () => server.service.rpc('add', { a: 3 }), 4, 200],
    ['scalar, null', () => server.service.rpc('add', { a: null }), null, 200],
    ['json stays json', () => server.service.rpc('echo', { p: { x: 'y' } }), { x: 'y' }, 200],
    ['a json text stays a text', () => server.service.rpc('echo', { p: '{"x":1}' }), '{"x":1}', 200],
    [
      'composite',
      () => server.service.rpc('thing', { wanted: 1 }),
      expect.objectContaining({ id: 1, name: 'one' }),
      200,
    ],
    [
      'set of rows',
      () => server.service.rpc('some_things'),
      [1, 2, 3].map((id) => expect.objectContaining({ id })),
      200,
    ],
    ['set of scalars', () => server.service.rpc('names'), ['one', 'two, "2"', "it's 100%"], 200],
    ['out parameters', () => server.service.rpc('twins'), { a: 1, b: 'x' }, 200],
  ])('%s', async (_, call, data, status) => {
    expect(await call()).toMatchObject({ data, status, error: null });
  });

  test('may read what is asked, how and with which headers', async () => {
    const { data } = await server.service.rpc('asked').setHeader('x-trace', 'a "b"');
    expect(data).toEqual({ method: 'POST', path: '/rpc/asked', trace: 'a "b"' });
  });

  test.each<[string, () => PromiseLike<{ status: number; error: { message: string } | null }>]>([
    ['GET', () => server.service.rpc('add', { a: 3 }, { get: true })],
    ['one unnamed argument', () => server.service.rpc('whole', { x: [1] })],
    ['response.status', () => server.service.rpc('answer', { setting: 'response.status', value: '201' })],
    ['response.headers', () => server.service.rpc('answer', { setting: 'response.headers', value: 'no list' })],
  ])('are refused by name with %s', async (what, call) => {
    const { status, error } = await call();
    expect([status, error?.message]).toEqual([501, expect.stringContaining(what)]);
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['no such function', 'nowhere', {}],
    ['an argument too many', 'add', { a: 1, c: 2 }],
    ['an argument too few', 'add', { b: 1 }],
    ['a function of another schema', 'is_provider', { session }],
  ])('%s: 404 PGRST202', async (_, name, args) => {
    const { status, error } = await server.service.rpc(name, args);
    expect([status, error?.code]).toEqual([404, 'PGRST202']);
  });

  test('several functions fit: 300 PGRST203', async () => {
    const { status, error } = await server.service.rpc('choose', { a: 1 });
    expect([status, error?.code]).toEqual([300, 'PGRST203']);
  });

  test.each([
    ['P0001', 400],
    ['22023', 400],
    ['PT404', 404],
    ['PT409', 409],
    ['42501', 403],
    ['23505', 409],
    ['23503', 409],
    ['40001', 500],
    ['53300', 503],
    ['57014', 500],
  ])('SQLSTATE %s is HTTP %d, with code, message, details and hint', async (code, status) => {
    await server.database.db.exec('grant execute on function public.refuse(text) to authenticated');
    const result = await server.user(provider).rpc('refuse', { code });
    expect([result.status, result.error]).toMatchObject([
      status,
      { code, message: 'refused', details: 'd', hint: 'h' },
    ]);
  });

  test('an error leaves the connection usable', async () => {
    await server.service.rpc('refuse', { code: 'P0001' });
    expect((await server.service.rpc('add', { a: 1 })).data).toBe(2);
  });
});
