import { execFile, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PostgresPort, startPostgresPort } from '../../../../local/services/supabase/postgresPort.ts';
import { TestServer } from './server.ts';
import { Wire } from './wire.ts';

let server: TestServer;
let port: PostgresPort;
let open: Wire[];

beforeAll(async () => {
  server = await TestServer.start();
  const { database, clock } = server;
  port = await startPostgresPort({ db: database.db, clock, idleMs: 300, patienceMs: 300 });
});
afterAll(async () => {
  await port.close();
  await server.close();
});
beforeEach(async () => {
  open = [];
  await server.reset();
});
afterEach(() => Promise.all(open.map((wire) => wire.close())));

async function connected(): Promise<Wire> {
  const { wire, greeting } = await Wire.open(port.url);
  expect(greeting).toMatchObject({ status: 'I' });
  open.push(wire);
  return wire;
}

const name = 'select name from things where id = 1';
const rename = (to: string) => `update things set name = '${to}' where id = 1`;
const viaRest = () => server.service.from('things').update({ name: 'by PostgREST' }).eq('id', 1);

describe('a client', () => {
  test('is answered by the database that PostgREST reads', async () => {
    const wire = await connected();
    expect(await wire.query('select id, size, meta from things order by id')).toMatchObject({
      rows: [
        ['1', '1.5', '{"n": 1, "x": {"y": "deep", "list": [10, 20]}}'],
        ['2', '2.5', '{"n": 2}'],
        ['3', null, null],
      ],
      tags: ['SELECT 3'],
      status: 'I',
    });
    expect(await wire.query(rename('by hand'))).toMatchObject({ tags: ['UPDATE 1'] });
    const { data } = await server.service.from('things').select('name').eq('id', 1);
    expect(data).toEqual([{ name: 'by hand' }]);
  });

  test('sees what an error is, and goes on', async () => {
    const wire = await connected();
    expect(await wire.query('selct 1')).toMatchObject({ error: { code: '42601' }, status: 'I' });
    expect(await wire.query('select 1')).toMatchObject({ rows: [['1']] });
  });

  test('may speak the extended protocol, in as many pieces as it likes', async () => {
    const wire = await connected();
    wire.send('P', '\0select 41 + 1\0\0\0');
    wire.send('B', '\0\0\0\0\0\0\0\0');
    wire.send('E', '\0\0\0\0\0');
    const rest = viaRest();
    wire.send('S', '');
    expect((await rest).error).toBeNull();
    expect(await wire.answer()).toMatchObject({ rows: [['42']], status: 'I' });
  });

  test.each([
    ['Q', "copy things from stdin (format 'csv')\0"],
    ['P', '\0COPY things FROM STDIN\0\0\0'],
  ])('is refused COPY FROM STDIN in a message %s by name', async (type, body) => {
    const wire = await connected();
    wire.send(type, body);
    if (type === 'P') wire.send('S', '');
    const { error, status } = await wire.answer();
    expect({ error, status }).toMatchObject({ error: { code: '42883' }, status: 'I' });
    expect(error?.message).toContain('COPY FROM STDIN is not part of the embedded stack');
  });

  test('leaves neither a transaction nor a setting behind, even if it hangs up', async () => {
    for (const politely of [true, false]) {
      const { wire } = await Wire.open(port.url);
      await wire.query('set role authenticated');
      await wire.query('reset role; set statement_timeout = 4321; begin');
      await wire.query(rename('half done'));
      await wire.close(politely);
      const next = await connected();
      expect(await next.query(`${name}; show statement_timeout; show role`)).toMatchObject({
        rows: [['one'], ['0'], ['none']],
      });
      await next.close();
    }
  });
});

describe('beside others', () => {
  test('a transaction keeps PostgREST waiting and out of it', async () => {
    const wire = await connected();
    await wire.query('begin');
    await wire.query(rename('in a transaction'));
    let answered = false;
    const asked = async () => {
      const { error } = await viaRest();
      answered = true;
      return error;
    };
    const rest = asked();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
    expect(await wire.query('rollback')).toMatchObject({ status: 'I' });
    expect(await rest).toBeNull();
    expect(await wire.query(name)).toMatchObject({ rows: [['by PostgREST']] });
  });

  test('statements wait for the transactions of PostgREST, however many there are', async () => {
    const wire = await connected();
    const both = Array.from({ length: 20 }, async (_, at) => {
      const { error } = await server.service.from('things').insert({ id: 100 + at });
      expect(error).toBeNull();
    });
    for (let at = 0; at < 20; at++) {
      await wire.query('begin');
      await wire.query(`insert into things (id) values (${200 + at})`);
      await wire.query(at % 2 === 0 ? 'commit' : 'rollback');
    }
    await Promise.all(both);
    const count =
      'select count(*) filter (where id >= 200), count(*) filter (where id between 100 and 199) from things';
    expect(await wire.query(count)).toMatchObject({ rows: [['10', '20']] });
  });

  test('a transaction that nobody goes on with is ended for the sake of the others', async () => {
    const wire = await connected();
    await wire.query('begin');
    await wire.query(rename('forgotten'));
    expect((await viaRest()).error).toBeNull();
    expect(await wire.answer()).toEqual({ rows: [], tags: [], error: expect.objectContaining({ code: '25P03' }) });
    await wire.close();
    const next = await connected();
    expect(await next.query(name)).toMatchObject({ rows: [['by PostgREST']] });
  });

  test('a second client is refused as long as the first one is there, and is served afterwards', async () => {
    const first = await connected();
    const { wire, greeting } = await Wire.open(port.url);
    expect(greeting.error).toMatchObject({ code: '53300' });
    await wire.close();
    await Promise.all([first.close(), connected()]);
  });
});

test('bytes of another protocol end their own connection only', async () => {
  await expect(fetch(port.url.replace('postgresql://postgres@', 'http://'))).rejects.toThrow('fetch failed');
  expect(await (await connected()).query('select 1')).toMatchObject({ rows: [['1']] });
});

const psql = spawnSync('psql', ['--version']);

test.skipIf(psql.error)('psql itself can be used, with its own questions and a file', async () => {
  const run = async (...args: string[]) => (await promisify(execFile)('psql', [port.url, '-At', ...args])).stdout;
  expect(await run('-c', name)).toBe('one\n');
  expect(await run('-c', '\\d things')).toContain('odd name|text');
  const migrations = globSync('supabase/migrations/*.sql').sort();
  expect(await run('-qv', 'ON_ERROR_STOP=1', ...migrations.flatMap((file) => ['-f', file]))).toBe('');
});
