import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestServer } from './server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(() => server.close());

describe('writing', () => {
  test('insert one, with and without representation', async () => {
    const minimal = await server.service.from('things').insert({ id: 4, meta: { a: [1, 'x'] }, tags: ['t'] });
    const whole = await server.service.from('things').insert({ id: 5, name: "o'five" }).select().single();
    expect([minimal.status, minimal.data]).toEqual([201, null]);
    expect([whole.status, whole.data]).toMatchObject([201, { id: 5, name: "o'five", 'odd name': 'odd', meta: null }]);
    expect((await server.service.from('things').select('meta, tags').eq('id', 4)).data).toEqual([
      { meta: { a: [1, 'x'] }, tags: ['t'] },
    ]);
  });

  test('insert many: rows that differ in columns have null where they lack one', async () => {
    const { data } = await server.service
      .from('things')
      .insert([
        { id: 4, name: 'four' },
        { id: 5, size: 5 },
      ])
      .select('id, name, size');
    expect(data).toEqual([
      { id: 4, name: 'four', size: null },
      { id: 5, name: null, size: 5 },
    ]);
  });

  test('a duplicate: 409, and nothing of the batch is kept', async () => {
    const { status, error } = await server.service.from('things').insert([{ id: 4 }, { id: 1 }]);
    expect([status, error?.code]).toEqual([409, '23505']);
    expect((await server.service.from('things').select('id').eq('id', 4)).data).toEqual([]);
  });

  test('upsert by the primary key and by another key', async () => {
    const things = () => server.service.from('things');
    const both = [
      { id: 1, name: 'uno' },
      { id: 4, name: 'four' },
    ];
    expect((await things().upsert(both, { onConflict: 'id' })).status).toBe(201);
    await things().upsert({ id: 2, name: 'two, "2"', size: 9 }, { onConflict: 'name' });
    expect((await things().select('id, name, size').order('id')).data).toMatchObject([
      { id: 1, name: 'uno', size: 1.5 },
      { id: 2, size: 9 },
      { id: 3 },
      { id: 4, name: 'four' },
    ]);
  });

  test('update', async () => {
    const change = { meta: { b: 1 }, tags: [], size: 0.1 };
    const minimal = await server.service.from('things').update(change).gt('id', 1);
    expect(minimal.status).toBe(204);
    const { data } = await server.service.from('things').update({ name: 'uno' }).eq('id', 1).select('id, name');
    expect(data).toEqual([{ id: 1, name: 'uno' }]);
    expect((await server.service.from('things').select('meta, tags, size').gt('id', 1)).data).toEqual([change, change]);
  });

  test('delete', async () => {
    const { status, data } = await server.service.from('things').delete().lt('id', 3).select('id');
    expect([status, data]).toEqual([200, [{ id: 1 }, { id: 2 }]]);
    expect((await server.service.from('things').delete().eq('id', 3)).status).toBe(204);
    expect((await server.service.from('things').select('id')).data).toEqual([]);
  });

  test('a write that was to touch one row and touches more is undone', async () => {
    const { status, error } = await server.service.from('things').update({ name: null }).gt('id', 1).select().single();
    expect([status, error?.code]).toEqual([406, 'PGRST116']);
    expect((await server.service.from('things').select('id').is('name', null)).data).toEqual([]);
  });

  test('a write to all rows has to say so: 400', async () => {
    const results = [
      await server.service.from('things').update({ size: 1 }),
      await server.service.from('things').delete(),
    ];
    for (const { status, error } of results) expect([status, error?.code]).toEqual([400, '21000']);
  });

  test('an unknown column: 400 PGRST204', async () => {
    const insert = await server.service.from('things').insert({ id: 4, nothing: 1 });
    const update = await server.service.from('things').update({ nothing: 1 }).eq('id', 1);
    for (const { status, error } of [insert, update]) expect([status, error?.code]).toEqual([400, 'PGRST204']);
  });
});
