import { type CallConfig, toCallConfig } from '../callConfig.ts';
import type { CallPorts } from '../callPorts.ts';
import type { Log, Measure } from '../ports.ts';
import { toCalls } from './callRecords.ts';
import { lazy } from './lazy.ts';
import { supabaseMs } from './limits.ts';
import { refreshed } from './refreshed.ts';
import { toCallers } from './tokens.ts';

const now = () => new Date();

/** Where secrets are kept that are not in the environment. */
export interface Secrets {
  readSecret(id: string): Promise<string>;
  findSecret(id: string): Promise<string | undefined>;
}

/**
 * The ports of the call, for Lambda and for the edge function: nothing here needs more than Web standards.
 * @param secrets only Lambda has any; the edge function's environment holds them all
 */
export function connectCall(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  measure: Measure,
  secrets: () => Promise<Secrets> = noSecrets,
): CallPorts {
  const config = toCallConfig(env);
  const { supabaseUrl, supabaseIssuer: issuer, firebaseProject } = config;
  const keysUrl = `${supabaseUrl}/auth/v1/.well-known/jwks.json`;
  return {
    config,
    log,
    measure,
    now,
    callers: toCallers({ supabase: { issuer, keysUrl, readSecret: toJwtSecret(config, secrets) }, firebaseProject }),
    calls: toCalls({
      url: supabaseUrl,
      readKey: toRecordsKey(config, secrets),
      limitMs: supabaseMs.usual,
    }),
    meetings: lazy(async () => {
      const { connectChime, toMeetings } = await import('./chime.ts');
      return toMeetings(connectChime(config.controlRegion));
    }),
    elsewhere: lazy(async () => {
      const { toElsewhere } = await import('./chimeElsewhere.ts');
      return toElsewhere();
    }),
    nudges: lazy(async () => {
      const { connectBus, toNudges } = await import('./bus.ts');
      return toNudges(connectBus(config.region));
    }),
  };
}

/** The service role's key, of the environment or of the secrets. */
export function toRecordsKey(
  { supabaseKey, supabaseKeySecret = '' }: CallConfig,
  secrets: () => Promise<Secrets> = noSecrets,
): () => Promise<string> {
  return refreshed(async () => supabaseKey ?? (await secrets()).readSecret(supabaseKeySecret), now);
}

function toJwtSecret(
  { jwtSecret, jwtSecretArn }: CallConfig,
  secrets: () => Promise<Secrets>,
): () => Promise<string | undefined> {
  return refreshed(async () => {
    if (jwtSecret !== undefined || jwtSecretArn === undefined) return jwtSecret;
    return (await secrets()).findSecret(jwtSecretArn);
  }, now);
}

async function noSecrets(): Promise<Secrets> {
  const message = 'configuration: SUPABASE_SERVICE_ROLE_KEY and JWT_SECRET hold the secrets themselves here';
  throw Object.assign(new Error(message), { name: 'ConfigurationInvalid' });
}
