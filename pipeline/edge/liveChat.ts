import type { ChatPorts } from '../chatPorts.ts';
import type { Log, Measure } from '../ports.ts';
import { toChats } from './chatRecords.ts';
import { lazy } from './lazy.ts';
import { supabaseMs } from './limits.ts';
import { connectCall, type Secrets, toRecordsKey } from './liveCall.ts';

/**
 * The ports of the chat, for Lambda and for the edge function: nothing here needs more than Web standards.
 * @param secrets only Lambda has any; the edge function's environment holds them all
 */
export function connectChat(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  measure: Measure,
  secrets?: () => Promise<Secrets>,
): ChatPorts {
  const { config, callers, now } = connectCall(env, log, measure, secrets);
  return {
    config,
    callers,
    log,
    measure,
    now,
    files: undefined,
    chats: toChats({ url: config.supabaseUrl, readKey: toRecordsKey(config, secrets), limitMs: supabaseMs.usual }),
    channels: lazy(async () => {
      const { connectChannels, toChannels } = await import('./channels.ts');
      return toChannels(connectChannels(config.messagingRegion), config.appInstanceArn ?? unset('APP_INSTANCE_ARN'));
    }),
  };
}

export function unset(name: string): never {
  throw Object.assign(new Error(`configuration: ${name} is missing`), { name: 'ConfigurationInvalid' });
}
