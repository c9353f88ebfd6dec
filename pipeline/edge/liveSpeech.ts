import type { Log, Measure } from '../ports.ts';
import type { SpeechPorts } from '../speechPorts.ts';
import { lazy } from './lazy.ts';
import { supabaseMs } from './limits.ts';
import { connect, readSupabaseKey, unset } from './live.ts';
import { refreshed } from './refreshed.ts';

/** The ports of the route that speaks. */
export function connectSpeech(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  measure: Measure,
): SpeechPorts {
  const { config, callers, links, now } = connect(env, log, measure);
  return {
    config,
    callers,
    links,
    log,
    measure,
    now,
    budgets: lazy(async () => {
      const readKey = refreshed(() => readSupabaseKey(config), now);
      const { toSpeechBudgets } = await import('./speechBudgets.ts');
      return toSpeechBudgets({ url: config.supabaseUrl, readKey, limitMs: supabaseMs.usual });
    }),
    voices: lazy(async () => {
      const { connectPolly, toVoices } = await import('./polly.ts');
      return toVoices(connectPolly(config.region));
    }),
    sounds: lazy(async () => {
      const { toSounds } = await import('./sounds.ts');
      return toSounds(config.speechBucket ?? unset('SPEECH_BUCKET'), config.kmsKeyId);
    }),
    readKey: refreshed(async () => {
      const { readSecret } = await import('./secrets.ts');
      return readSecret(config.speechKeySecret ?? unset('SPEECH_KEY_SECRET'));
    }, now),
  };
}
