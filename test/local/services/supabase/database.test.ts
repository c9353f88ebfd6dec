import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMigrations } from '../../../../local/stack/migrations.ts';
import { openDatabase } from '../../../../local/services/supabase/database.ts';

let root: string;
let cacheDir: string;
let preparation: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'database-'));
  cacheDir = join(root, 'cache');
  preparation = await readMigrations();
});

afterAll(() => rm(root, { recursive: true }));

async function image(): Promise<string> {
  const names = await readdir(cacheDir);
  expect(names).toEqual([expect.stringMatching(/^postgres-[0-9a-f]{64}\.tar\.gz$/)]);
  return join(cacheDir, names[0] ?? '');
}

async function countRecordings(): Promise<number | undefined> {
  const { db, close } = await openDatabase({ preparation, cacheDir });
  const { rows } = await db.query<{ n: number }>('select count(*)::integer as n from recordings');
  await close();
  return rows[0]?.n;
}

describe('the prepared image', () => {
  test('is made once, then loaded, and carries the migrations but no data of an earlier run', async () => {
    const first = await openDatabase({ preparation, cacheDir });
    await first.db.exec(
      `insert into recordings (recording_id, bucket, key, status) values ('rec-1', 'b', 'k', 'received')`,
    );
    await first.close();
    const written = await readFile(await image());
    expect(await countRecordings()).toBe(0);
    expect(await readFile(await image())).toEqual(written);
  });

  test.each([
    ['cut short', async (path: string) => truncate(path, 100_000)],
    ['not gzip', async (path: string) => writeFile(path, 'nothing')],
    ['gzip of something else', async (path: string) => writeFile(path, gzipSync('nothing'))],
    [
      'with a flipped bit',
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
    ],
  ])('is made anew when it is damaged: %s', async (_, damage) => {
    const sound = (await readFile(await image())).length;
    await damage(await image());
    expect(await countRecordings()).toBe(0);
    expect((await readFile(await image())).length).toBeGreaterThan(sound / 2);
    expect(await countRecordings()).toBe(0);
  });
});

test('a directory keeps its rows, and what the migrations define is defined again', async () => {
  const dataDir = join(root, 'data');
  const first = await openDatabase({ preparation, cacheDir, dataDir });
  await first.db.exec(`insert into recordings (recording_id, bucket, key, status) values ('rec-1', 'b', 'k', 'received');
    drop function record_status(jsonb)`);
  await first.close();
  const second = await openDatabase({ preparation, cacheDir, dataDir });
  const { rows } = await second.db.query(
    `select recording_id, to_regprocedure('record_status(jsonb)') is not null as known from recordings`,
  );
  await second.close();
  expect(rows).toEqual([{ recording_id: 'rec-1', known: true }]);
});
