import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { readMigrations } from '../../../../local/stack/migrations.ts';
import { type Database, openDatabase } from '../../../../local/services/supabase/database.ts';
import { type Postgrest, startPostgrest } from '../../../../local/services/supabase/postgrest.ts';

export const provider = '00000000-0000-4000-8000-00000000000a';
export const patient = '00000000-0000-4000-8000-00000000000b';
export const stranger = '00000000-0000-4000-8000-00000000000c';
export const session = '00000000-0000-4000-8000-000000000001';

const cacheDir = join(import.meta.dirname, '../../../../node_modules/.cache/postgres');

/** A clock that stands still and counts the work it was told of. */
export class StandingClock {
  asked = 0;
  underWay = 0;

  now(): number {
    return Date.parse('2026-01-01T12:00:00Z');
  }

  sleep(): Promise<void> {
    return Promise.reject(new Error('nothing here waits'));
  }

  async busy<T>(work: Promise<T>): Promise<T> {
    this.asked++;
    this.underWay++;
    return work.finally(() => this.underWay--);
  }
}

/** The embedded database with a server over it, a session in it, and a table and functions to try things on. */
export class TestServer {
  readonly database: Database;
  readonly clock: StandingClock;
  readonly rest: Postgrest;
  /** Acts as service_role. */
  readonly service: SupabaseClient;

  private constructor(database: Database, clock: StandingClock, rest: Postgrest) {
    this.database = database;
    this.clock = clock;
    this.rest = rest;
    this.service = createClient(rest.url, rest.serviceRoleKey);
  }

  static async start(): Promise<TestServer> {
    const database = await openDatabase({ preparation: await readMigrations(), cacheDir });
    const clock = new StandingClock();
    const rest = await startPostgrest({ db: database.db, jwtSecret: 'a secret of the test', clock });
    await database.db.exec(things);
    return new TestServer(database, clock, rest);
  }

  /** A client with the anonymous key and this bearer token, as a signed-in browser has. */
  as(token: string): SupabaseClient {
    const options = { accessToken: () => Promise.resolve(token) };
    return createClient(this.rest.url, this.rest.signJwt({ role: 'anon' }), options);
  }

  user(sub: string): SupabaseClient {
    return this.as(this.rest.signJwt({ role: 'authenticated', sub }));
  }

  get(query: string): Promise<Response> {
    return fetch(`${this.rest.url}/rest/v1/things?${new URLSearchParams(query).toString()}`, {
      headers: { apikey: this.rest.serviceRoleKey },
    });
  }

  /** The three rows every test starts with. */
  async reset(): Promise<void> {
    await this.database.db.exec(rows);
  }

  async close(): Promise<void> {
    await this.rest.close();
    await this.database.close();
  }
}

const things = `
  create table public.things (id integer primary key, name text unique, size double precision, at timestamptz,
    tags text[], meta jsonb, "odd name" text default 'odd', ok boolean);
  create function public.nothing() returns void language sql as '';
  create function public.add(a integer, b integer default 1) returns integer language sql immutable as 'select a + b';
  create function public.echo(p jsonb) returns jsonb language sql stable as 'select p';
  create function public.whole(jsonb) returns jsonb language sql stable as $$ select $1 -> 'x' $$;
  create function public.asked() returns jsonb language sql stable as $$ select jsonb_build_object(
    'method', current_setting('request.method'), 'path', current_setting('request.path'),
    'trace', current_setting('request.headers')::jsonb -> 'x-trace') $$;
  create function public.answer(setting text, value text) returns void language sql
    as 'select set_config(setting, value, true)';
  create function public.thing(wanted integer) returns public.things language sql stable
    as 'select * from public.things where id = wanted';
  create function public.some_things() returns setof public.things language sql stable
    as 'select * from public.things order by id';
  create function public.names() returns setof text language sql stable as 'select name from public.things order by id';
  create function public.twins(out a integer, out b text) returns record language sql stable as $$ select 1, 'x' $$;
  create function public.refuse(code text) returns void language plpgsql stable
    as $$ begin raise exception 'refused' using errcode = code, hint = 'h', detail = 'd'; end $$;
  create function public.choose(a integer) returns integer language sql stable as 'select 1';
  create function public.choose(a text) returns integer language sql stable as 'select 2';
  insert into public.video_call_sessions (id, provider_id, patient_id)
    values ('${session}', '${provider}', '${patient}');
`;

const rows = `
  delete from public.things;
  insert into public.things (id, name, size, at, tags, meta, ok) values
    (1, 'one', 1.5, '2026-01-01T00:00:00Z', '{a,b}', '{"x": {"y": "deep", "list": [10, 20]}, "n": 1}', true),
    (2, 'two, "2"', 2.5, null, '{b}', '{"n": 2}', false),
    (3, 'it''s 100%', null, '2026-02-01T00:00:00Z', '{}', null, null);
`;
