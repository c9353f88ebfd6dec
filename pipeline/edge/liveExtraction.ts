import type { ExtractionPorts } from '../extractionPorts.ts';
import type { Log, Measure } from '../ports.ts';
import { toExtractions } from './extractionRecords.ts';
import { lazy } from './lazy.ts';
import { supabaseMs } from './limits.ts';
import { connectCall, toRecordsKey } from './liveCall.ts';
import { toRecords } from './postgrest.ts';

/** The largest body, in bytes: JSON may write a character in twelve of them, and a text may have 20,000. */
export const textLimit = 256 * 1024;

/** The ports of the edge function that reads texts for entities: nothing here needs more than Web standards. */
export function connectExtraction(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  measure: Measure,
): ExtractionPorts {
  const { config, callers, now } = connectCall(env, log, measure);
  const { supabaseUrl: url, supabaseAnonKey: apiKey = unset('SUPABASE_ANON_KEY'), region, extractionKey } = config;
  const limitMs = supabaseMs.usual;
  return {
    config,
    callers,
    log,
    measure,
    now,
    extractions: toExtractions({ url, readKey: toRecordsKey(config), limitMs }),
    records: toRecords({ url, apiKey, limitMs }),
    clinicalText: lazy(async () => {
      const { connectComprehendMedical, toClinicalText } = await import('./comprehendMedical.ts');
      return toClinicalText(connectComprehendMedical(region, extractionKey));
    }),
    pause: (longestMs) => new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs)),
  };
}

function unset(name: string): never {
  throw Object.assign(new Error(`configuration: ${name} is missing`), { name: 'ConfigurationInvalid' });
}
