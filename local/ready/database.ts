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

const query = 'select name, value from pipeline.settings';

/** No role of the API may read the settings: they are asked for as the database's owner. */
async function readSettings({ SUPABASE_DB_URL: url, PATH }: Env): Promise<Record<string, string>> {
  if (!url) throw new NotAsked('SUPABASE_DB_URL is not set');
  try {
    const { stdout } = await promisify(execFile)('psql', [url, '-At', '-F', ' | ', '-c', query], { env: { PATH } });
    return Object.fromEntries(
      stdout.split('\n').flatMap((line) => {
        const [name, value] = line.split(' | ');
        return name !== undefined && value !== undefined ? [[name, value] as const] : [];
      }),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NotAsked('psql is not installed');
    const [reason = ''] = ((error as { stderr?: string }).stderr ?? '').split('\n');
    throw new NotAsked(`psql ended with: ${reason}`);
  }
}
