import type { CallPorts } from '../callPorts.ts';
import type { RecordingPorts } from '../capturePorts.ts';
import { lazy } from './lazy.ts';

/** The ports of the call's steps. Chime's media pipelines and the bucket are reached when they are first asked. */
export function connectRecording(ports: CallPorts): RecordingPorts {
  const { pipelinesRegion, recordingsBucket } = ports.config;
  const bucket = () => {
    if (recordingsBucket !== undefined) return recordingsBucket;
    const message = 'configuration: RECORDINGS_BUCKET is missing, and so is CHIME_RECORDINGS_BUCKET';
    throw Object.assign(new Error(message), { name: 'ConfigurationInvalid' });
  };
  return {
    ...ports,
    pipelines: lazy(async () => {
      const { connectPipelines, toPipelines } = await import('./pipelines.ts');
      return toPipelines(connectPipelines(pipelinesRegion), bucket());
    }),
    chunks: lazy(async () => (await import('./chunks.ts')).toChunks(bucket())),
  };
}
