import { type CallConfig, toCallConfig } from '../callConfig.ts';
import { type Details, version } from '../health.ts';
import type { HealthPorts } from '../healthPorts.ts';
import type { Log, Measure } from '../ports.ts';
import { once } from './lazy.ts';
import { connect, unset } from './live.ts';
import { toProbe } from './probe.ts';

/** The ports of the route that tells how the service is. */
export function connectHealth(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  measure: Measure,
): HealthPorts {
  const { config, callers, now } = connect(env, log, measure);
  const call = toCallConfig(env);
  const load = once(async () => {
    const { toLooks } = await import('./looks.ts');
    return toLooks({
      ...config,
      controlRegion: call.controlRegion,
      supabaseKey: config.supabaseAnonKey ?? unset('SUPABASE_ANON_KEY'),
      stateMachineArn: config.stateMachineArn ?? unset('STATE_MACHINE_ARN'),
    });
  });
  return { callers, log, details: toDetails(call), probe: toProbe({ load, log, now }) };
}

function toDetails(config: CallConfig): Details {
  const { region, controlRegion, pipelinesRegion, messagingRegion } = config;
  const hasChat = config.appInstanceArn !== undefined && config.messagingAllowed;
  return {
    versions: { service: version, node: process.version },
    regions: {
      deployment: region,
      media: config.mediaRegions,
      meetings: controlRegion,
      captures: config.records ? pipelinesRegion : null,
      chat: hasChat ? messagingRegion : null,
    },
  };
}
