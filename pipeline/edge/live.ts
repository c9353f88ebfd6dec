import type { ApiPorts } from '../apiPorts.ts';
import { type Config, toConfig } from '../config.ts';
import type { Log, Measure, Ports } from '../ports.ts';
import { lazy, once } from './lazy.ts';
import { supabaseMs } from './limits.ts';
import { refreshed } from './refreshed.ts';
import type { TokenRules } from './tokens.ts';

/** The ports that outlive an invocation. */
export type Connected = Omit<Ports, 'whileAlive'> & ApiPorts;

const now = () => new Date();

/**
 * The ports of a deployed step. Each adapter, and the SDK client it brings, is loaded on first use: a step pays at its
 * cold start for the services it talks to and for no others.
 */
export function connect(env: Readonly<Record<string, string | undefined>>, log: Log, measure: Measure): Connected {
  const config = toConfig(env);
  const dynamodb = () => import('./dynamodb.ts');
  const supabase = async () => [config.supabaseUrl, await readSupabaseKey(config)] as const;
  const executions = lazy(async () => (await import('./stepFunctions.ts')).toExecutions(config));
  return {
    config,
    log,
    measure,
    now,
    recordings: lazy(async () => (await import('./s3.ts')).toRecordings(config)),
    documents: lazy(async () => (await import('./s3.ts')).toDocuments(config)),
    transcription: lazy(async () => (await import('./transcribe.ts')).toTranscription(config)),
    clinicalText: lazy(async () => (await import('./comprehendMedical.ts')).toClinicalText()),
    executions,
    tokens: lazy(async () => (await dynamodb()).toTokens(config, now)),
    places: lazy(async () => {
      const [{ toPlaces }, { toPlaceStore }] = await Promise.all([import('./places.ts'), import('./placeStore.ts')]);
      const wake = (token: string) => executions.wake(token, { wokenBy: 'place' });
      return toPlaces(toPlaceStore(config, now), config.jobs, now, wake);
    }),
    intake: lazy(async () => (await dynamodb()).toIntake(config, now)),
    audit: lazy(async () => (await import('./auditTrail.ts')).toAuditTrail(config, now)),
    anchors: lazy(async () => (await import('./anchors.ts')).toAnchorStore(config)),
    outbox: lazy(async () => (await import('./outbox.ts')).toOutbox(...(await supabase()))),
    ehr: lazy(async () => (await import('./supabase.ts')).toEhr(...(await supabase()))),
    nudges: lazy(async () => {
      const { connectBus, toNudges } = await import('./bus.ts');
      return toNudges(connectBus(config.region));
    }),
    codeTable: once(() => readCodeTable(config)),
    callers: lazy(async () => (await import('./tokens.ts')).toCallers(toTokenRules(config))),
    records: lazy(async () => {
      const { toRecords } = await import('./postgrest.ts');
      const apiKey = config.supabaseAnonKey ?? unset('SUPABASE_ANON_KEY');
      return toRecords({ url: config.supabaseUrl, apiKey, limitMs: supabaseMs.usual });
    }),
    links: lazy(async () => (await import('./links.ts')).toLinks()),
  };
}

/** The key is in the environment on a developer's machine, and in Secrets Manager everywhere else. */
export async function readSupabaseKey({ supabaseKey, supabaseKeySecret = '' }: Config): Promise<string> {
  return supabaseKey ?? (await import('./secrets.ts')).readSecret(supabaseKeySecret);
}

function toTokenRules(config: Config): TokenRules {
  const { supabaseUrl, supabaseIssuer: issuer, jwtSecret, jwtSecretArn, firebaseProject } = config;
  const keysUrl = `${supabaseUrl}/auth/v1/.well-known/jwks.json`;
  const readSecret = refreshed(async () => {
    if (jwtSecret !== undefined || jwtSecretArn === undefined) return jwtSecret;
    return (await import('./secrets.ts')).findSecret(jwtSecretArn);
  }, now);
  return { supabase: { issuer, keysUrl, readSecret }, firebaseProject };
}

export function unset(name: string): never {
  throw Object.assign(new Error(`configuration: ${name} is missing`), { name: 'ConfigurationInvalid' });
}

async function readCodeTable({ codeTable }: Config) {
  return codeTable === undefined ? undefined : (await import('./icd10cm.ts')).readCodeTable(codeTable);
}
