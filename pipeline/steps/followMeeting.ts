import { followCaptions } from '../calls/followCaptions.ts';
import { keepPresence } from '../calls/keepPresence.ts';
import { keepRecording } from '../calls/keepRecording.ts';
import { takeIn } from '../calls/takeIn.ts';
import type { RecordingPorts } from '../capturePorts.ts';
import { callQueue } from '../edge/callLambda.ts';
import type { Step } from '../edge/lambda.ts';
import { toCaptionsEvent } from '../meetings/captionsEvent.ts';
import { newsOf, type PipelineEvent, toChangedMeeting, toPipelineEvent } from '../meetings/pipelineEvents.ts';
import { toPresenceEvent } from '../meetings/presence.ts';

/**
 * Writes down who came and who left, as Chime tells of it, and keeps the recording of the meeting where it belongs. Events
 * may be late, twice or out of order: the database puts presence in the order in which it happened, and a recording is
 * looked at as it stands. Those that never come are the sweep's.
 */
export const followMeeting: Step<unknown, void, RecordingPorts> = (ports) => async (event) => {
  const captions = toCaptionsEvent(event);
  if (captions) return followCaptions(ports, captions);
  const changed = toChangedMeeting(event);
  if (changed !== undefined) return void (await keepRecording(ports, changed));
  const pipeline = toPipelineEvent(event);
  if (pipeline) return followPipeline(ports, pipeline);
  const presence = toPresenceEvent(event);
  if (presence && (await keepPresence(ports, presence))) await keepRecording(ports, presence.meetingId);
};

async function followPipeline(ports: RecordingPorts, event: PipelineEvent): Promise<void> {
  const { calls, config, log } = ports;
  const { pipelineId } = event;
  const facts = await calls.recordingFacts({ pipelineId });
  if (facts) return void (await keepRecording(ports, facts.meetingId, { told: (now) => newsOf(event, now) }));
  if (!config.records) return;
  const became = await takeIn(ports, pipelineId);
  log('a pipeline that no recording knew', { pipelineId, became });
}

export const handler = callQueue('followMeeting', followMeeting);
