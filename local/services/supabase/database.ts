import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

export interface DatabaseOptions {
  /**
   * SQL that turns a bare Postgres into the project's: roles, then migrations. It can be repeated over an older
   * database.
   */
  preparation: string;
  /** Keeps the database in this directory; without it the database lives and dies with the process. */
  dataDir?: string;
  /** Keeps the prepared database image between runs. */
  cacheDir: string;
}

export interface Database {
  db: PGlite;
  close: () => Promise<void>;
}

/** Its files are in memory already: the 128 MB that Postgres would keep of them besides take time to fill with zeros. */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

/**
 * An embedded Postgres, prepared with the given SQL. The first start takes seconds (initdb); later ones load an image
 * that is named after everything that shapes it. An image that cannot be read is made anew.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { preparation: sql, dataDir } = options;
  const image = async () => fromImage(join(options.cacheDir, await imageName(sql)), sql, dataDir);
  const db = dataDir === undefined ? await image() : await openDirectory(dataDir, sql, image);
  return { db, close: () => db.close() };
}

/** A process that died while it made the database left half of one, and this mark beside it. */
async function openDirectory(dataDir: string, sql: string, make: () => Promise<PGlite>): Promise<PGlite> {
  const mark = `${dataDir}.unfinished`;
  if (existsSync(mark)) await rm(dataDir, { recursive: true, force: true });
  if (existsSync(join(dataDir, 'PG_VERSION'))) {
    const db = await PGlite.create(dataDir, { startParams });
    // The database may be older than the SQL that prepares it.
    await db.exec(sql);
    return db;
  }
  await mkdir(dataDir, { recursive: true });
  await writeFile(mark, '');
  const db = await make();
  await rm(mark);
  return db;
}

/**
 * The image is named after the SQL and the exact release of PGlite. PGlite does not export its package.json, which lies
 * beside its entry.
 */
async function imageName(sql: string): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const release = await readFile(join(dirname(entry), '../package.json'));
  return `postgres-${createHash('sha256').update(release).update(sql).digest('hex')}.tar.gz`;
}

async function fromImage(path: string, sql: string, dataDir: string | undefined): Promise<PGlite> {
  const place = dataDir === undefined ? {} : { dataDir };
  const image = await readImage(path);
  if (image) {
    try {
      return await PGlite.create({ ...place, startParams, loadDataDir: image });
    } catch {
      if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
    }
  }
  const db = await PGlite.create({ ...place, startParams });
  await db.exec(sql);
  await writeImage(path, await db.dumpDataDir('none'));
  return db;
}

/** Undefined when there is no image or it is damaged: gzip carries a checksum. */
async function readImage(path: string): Promise<Blob | undefined> {
  try {
    return new Blob([new Uint8Array(await promisify(gunzip)(await readFile(path)))], { type: 'application/x-tar' });
  } catch {
    return undefined;
  }
}

/** Renamed into place, so that a stack starting at the same time never reads half an image. */
async function writeImage(path: string, tar: Blob): Promise<void> {
  const partial = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(partial, await promisify(gzip)(new Uint8Array(await tar.arrayBuffer()), { level: 1 }));
  await rename(partial, path);
}
