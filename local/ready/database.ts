import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createClient } from '@supabase/supabase-js';
import type { Place } from './place.ts';
import { NotAsked, type Question } from './question.ts';

type Env = Place['env'];

/** The tables, and whose tokens count. */
export function askDatabase({ env }: Place): Question[] {
  return [
    askTables(env),
    ...rules.map((rule) => askRule(env, rule)),
    {
      topic: 'database',
      what: 'supabase_issuer',
      asked: 'psql: pipeline.settings',
      wanted: "the address of the project's own issuer",
      todo: 'set it, as DEPLOY.md says: without it every issuer of that form counts',
      async ask() {
        const { supabase_issuer: issuer = 'not set' } = await readSettings(env);
        return { found: issuer, right: /^https:\/\/\S+\/auth\/v1$/.test(issuer) };
      },
    },
    {
      topic: 'database',
      what: 'firebase_project',
      asked: 'psql: pipeline.settings',
      wanted: 'the project, if its users are to read',
      todo: 'set it, as DEPLOY.md says',
      async ask() {
        const { firebase_project: project } = await readSettings(env);
        return { found: project ?? 'not set: users of Firebase are nobody', right: project !== '' };
      },
    },
  ];
}

function askTables({ SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: key }: Env): Question {
  return {
    topic: 'database',
    what: 'the table recordings',
    asked: 'PostgREST: select',
    wanted: 'can be read with the service key',
    todo: 'apply the migrations, as DEPLOY.md says',
    async ask() {
      if (!url || !key) throw new NotAsked('SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY are not set');
      const supabase = createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } });
      const { error } = await supabase.from('recordings').select('recording_id').limit(1);
      return { found: error ? `refused (${error.code || error.message})` : 'can be read', right: error === null };
    },
  };
}

/** What keeps the rows of the call in order. The migration leaves out a rule that rows of the EHR break. */
const rules = [
  { name: 'video_call_sessions_one_active', keeps: 'an appointment has one active session at most' },
  { name: 'video_call_participants_once', keeps: 'nobody is in one session twice' },
  { name: 'video_call_participants_status_listed', keeps: "a participant's state is one of those that are listed" },
] as const;

function askRule(env: Env, { name, keeps }: (typeof rules)[number]): Question {
  const query =
    `select indexname from pg_catalog.pg_indexes where schemaname = 'public' and indexname = '${name}' ` +
    `union all select conname from pg_catalog.pg_constraint where conname = '${name}'`;
  return {
    topic: 'database',
    what: name,
    asked: 'psql: pg_indexes, pg_constraint',
    wanted: keeps,
    todo: 'mend the rows that break it, which the migration warned of, and apply the migrations again',
    async ask() {
      const right = (await select(env, query)).some(([found]) => found === name);
      return { found: right ? 'there' : `missing: nothing makes sure that ${keeps}`, right };
    },
  };
}

/** No role of the API may read the settings: they are asked for as the database's owner. */
async function readSettings(env: Env): Promise<Record<string, string>> {
  const rows = await select(env, 'select name, value from pipeline.settings');
  return Object.fromEntries(
    rows.flatMap(([name, value]) => (name !== undefined && value !== undefined ? [[name, value] as const] : [])),
  );
}

/** The rows that a statement selects. @throws NotAsked where psql cannot ask */
async function select({ SUPABASE_DB_URL: url, PATH }: Env, query: string): Promise<string[][]> {
  if (!url) throw new NotAsked('SUPABASE_DB_URL is not set');
  try {
    const { stdout } = await promisify(execFile)('psql', [url, '-At', '-F', ' | ', '-c', query], { env: { PATH } });
    return stdout.split('\n').map((line) => line.split(' | '));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NotAsked('psql is not installed');
    const [reason = ''] = ((error as { stderr?: string }).stderr ?? '').split('\n');
    throw new NotAsked(`psql ended with: ${reason}`);
  }
}
