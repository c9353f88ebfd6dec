import { type CallConfig, toCallConfig } from '../callConfig.ts';
import type { CallPorts } from '../callPorts.ts';
import type { Log, Measure } from '../ports.ts';
import { toCalls } from './callRecords.ts';
import { lazy } from './lazy.ts';
import { supabaseMs } from './limits.ts';
import { refreshed } from './refreshed.ts';
import { toCallers } from './tokens.ts';

const now = () => new Date();

/** The ports of the call, for Lambda and for the edge function: nothing here needs more than Web standards. */
export function connectCall(env: Readonly<Record<string, string | undefined>>, log: Log, measure: Measure): CallPorts {
  const config = toCallConfig(env);
  const { supabaseUrl, supabaseIssuer: issuer, supabaseKey, supabaseKeySecret = '', firebaseProject } = config;
  const keysUrl = `${supabaseUrl}/auth/v1/.well-known/jwks.json`;
  return {
    config,
    log,
    measure,
    now,
    callers: toCallers({ supabase: { issuer, keysUrl, readSecret: toJwtSecret(config) }, firebaseProject }),
    calls: toCalls({
      url: supabaseUrl,
      readKey: refreshed(async () => supabaseKey ?? (await secrets()).readSecret(supabaseKeySecret), now),
      limitMs: supabaseMs.usual,
    }),
    meetings: lazy(async () => {
      const { connectChime, toMeetings } = await import('./chime.ts');
      return toMeetings(connectChime(config.controlRegion));
    }),
  };
}

function toJwtSecret({ jwtSecret, jwtSecretArn }: CallConfig): () => Promise<string | undefined> {
  return refreshed(async () => {
    if (jwtSecret !== undefined || jwtSecretArn === undefined) return jwtSecret;
    return (await secrets()).findSecret(jwtSecretArn);
  }, now);
}

/** Only Lambda keeps secrets elsewhere than in its environment. */
const secrets = () => import('./secrets.ts');
