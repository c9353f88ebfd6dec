import type { Pipeline, RecordingPorts } from '../capturePorts.ts';
import { isStray } from '../meetings/captureAfter.ts';
import type { RecordingFacts } from '../meetings/capture.ts';
import { keepRecording } from './keepRecording.ts';

/**
 * Sees to a pipeline that no recording knows: the function that began a capture may have ended before it could keep its id.
 * The recording that waits for it takes it on; any other capture into our bucket is stopped.
 * @returns what became of it; `left` for one of another deployment, and for what ends by itself
 */
export async function takeIn(ports: RecordingPorts, pipelineId: string): Promise<'taken' | 'stopped' | 'left'> {
  const { calls, pipelines, config } = ports;
  const found = await pipelines.look(pipelineId);
  const meetingId = found && meetingOf(found, config.recordingsBucket);
  if (meetingId === undefined || found?.state !== 'runs') return 'left';
  const { id: captureId, arn: captureArn } = found;
  const isAwaited = ({ capture }: RecordingFacts) => capture?.state === 'starting' && capture.captureId === null;
  let facts = await calls.recordingFacts({ meetingId });
  if (facts && isAwaited(facts)) {
    facts = await keepRecording(ports, meetingId, {
      told: (now) => (isAwaited(now) ? { what: 'started', captureId, captureArn } : undefined),
    });
  }
  if (facts?.capture?.captureId === captureId) return 'taken';
  // It is controlled elsewhere, and awaited there.
  if (facts && !isStray(facts, captureId)) return 'left';
  await pipelines.stop(captureId);
  return 'stopped';
}

/** The meeting whose chunks go into our bucket; undefined where they go elsewhere, and for a joining. */
function meetingOf({ sinkArn }: Pipeline, bucket: string | undefined): string | undefined {
  const [, into, meetingId] = /^arn:[\w-]+:s3:::([^/]+)\/captures\/([^/]+)$/.exec(sinkArn ?? '') ?? [];
  return into === bucket ? meetingId : undefined;
}
