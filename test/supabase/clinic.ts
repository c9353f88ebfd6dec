import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { toResults } from '../../pipeline/edge/resultRows.ts';
import type { Documents } from '../../bench/consultations/documents.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { openDatabase } from '../../local/services/supabase/database.ts';
import { readMigrations } from '../../local/stack/migrations.ts';

export const provider = '00000000-0000-4000-8000-00000000000a';
export const patient = '00000000-0000-4000-8000-00000000000c';
export const session = '00000000-0000-4000-8000-000000000001';

const cacheDir = join(import.meta.dirname, '../../node_modules/.cache/postgres');

/** What a call came to: its answer, or the SQLSTATE with the detail that goes with it. */
export type Outcome = { answer: unknown } | { state: string; detail: { revision?: number } };

/** An embedded database with the migrations, a provider, a patient and their session. */
export class Clinic {
  readonly db: PGlite;

  private constructor(db: PGlite) {
    this.db = db;
  }

  static async open(has: { hasRealtime?: boolean } = {}): Promise<Clinic> {
    const { db } = await openDatabase({ preparation: await readMigrations(has), cacheDir });
    return Clinic.#settle(db);
  }

  /** The database as it was before the migration of that name, and the SQL of that and of all after it. */
  static async before(name: string): Promise<{ clinic: Clinic; upgrade: string }> {
    const folder = join(import.meta.dirname, '../../supabase');
    const files = (await readdir(join(folder, 'migrations'))).toSorted();
    const read = async (some: string[]) =>
      (await Promise.all(some.map((file) => readFile(join(folder, 'migrations', file), 'utf8')))).join('\n');
    const bootstrap = await readFile(join(folder, 'tests/bootstrap.sql'), 'utf8');
    const db = await PGlite.create();
    await db.exec(bootstrap + (await read(files.filter((file) => file < name))));
    return { clinic: await Clinic.#settle(db), upgrade: await read(files.filter((file) => file >= name)) };
  }

  static async #settle(db: PGlite): Promise<Clinic> {
    await db.query('insert into public.users (id) values ($1), ($2)', [provider, patient]);
    const clinic = new Clinic(db);
    await clinic.meet(session);
    return clinic;
  }

  /** A session of the provider and the patient. */
  async meet(id: string): Promise<void> {
    await this.db.query(
      "insert into public.video_call_sessions (id, provider_id, patient_id, status) values ($1, $2, $3, 'ended')",
      [id, provider, patient],
    );
  }

  /** Calls a function with named arguments, as somebody signed in or as the service role. */
  async call(caller: string, rpc: string, args: Record<string, unknown>): Promise<Outcome> {
    const names = Object.keys(args);
    const list = names.map((name, at) => `"${name}" => $${at + 1}`).join(', ');
    const values = names.map((name) => (isList(args[name]) ? JSON.stringify(args[name]) : args[name]));
    try {
      return await this.db.transaction(async (tx) => {
        await become(tx, caller);
        const { rows } = await tx.query<{ answer: unknown }>(`select public.${rpc}(${list}) as answer`, values);
        return { answer: rows[0]?.answer };
      });
    } catch (error) {
      const { code, detail } = error as { code?: string; detail?: string };
      if (code === undefined) throw error;
      return { state: code, detail: JSON.parse(detail ?? '{}') as { revision?: number } };
    }
  }

  /** The same, when it must not be refused. */
  async answer<T>(caller: string, rpc: string, args: Record<string, unknown>): Promise<T> {
    const outcome = await this.call(caller, rpc, args);
    if ('state' in outcome) throw new Error(`${rpc}: ${outcome.state} ${JSON.stringify(outcome.detail)}`);
    return outcome.answer as T;
  }

  /** Stores what the pipeline wrote of a recording, as its adapter does. */
  store(documents: Documents, sessionId = session): Promise<Outcome> {
    const { recordingId } = documents.consultation;
    const first = recordingId.replace(/-r\d+$/, '');
    const object = { bucket: 'recordings', key: `recordings/m/${first}.mp4`, versionId: 'v1', etag: 'e', size: 1 };
    const row = { recordingId, recording: object, sessionId };
    return this.call('service_role', 'record_results', { p: toResults(row, documents) });
  }

  opened(recording: string): Promise<Opened> {
    return this.answer<Opened>(provider, 'open_consultation', { recording });
  }

  async rows<T>(statement: string, values: unknown[] = []): Promise<T[]> {
    return (await this.db.query<T>(statement, values)).rows;
  }
}

const isList = (value: unknown) => typeof value === 'object' && value !== null;

async function become(tx: Transaction, caller: string): Promise<void> {
  const role = caller === 'service_role' ? caller : 'authenticated';
  const issued = { sub: caller, iss: 'https://mock.supabase.co/auth/v1', aud: 'authenticated' };
  await tx.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
    role,
    JSON.stringify({ role, ...(role === caller ? {} : issued) }),
  ]);
}

/** A token by its name: the same name is the same token. */
export function tokenOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Numbers from 0 to below n that a seed decides: mulberry32. */
export function chance(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}
