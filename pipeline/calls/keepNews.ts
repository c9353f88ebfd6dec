import type { CallPorts } from '../callPorts.ts';
import type { RecordingFacts } from '../meetings/capture.ts';
import { after } from '../meetings/captureAfter.ts';
import { newsOf, type PipelineEvent } from '../meetings/pipelineEvents.ts';
import { isElsewhere } from '../meetings/residence.ts';

/** So often in a row may somebody else have kept the capture meanwhile. */
const most = 5;

/**
 * Keeps what Chime tells of a pipeline, as `keepRecording` does before it does anything else. Whatever is due then needs
 * Chime and the bucket, and is left to that.
 * @returns how things are now; null for a pipeline that no recording of this deployment knows, which the sweep finds
 */
export async function keepNews(
  { calls, config, now }: Pick<CallPorts, 'calls' | 'now'> & { config: { controlRegion: string } },
  event: PipelineEvent,
): Promise<RecordingFacts | null> {
  let facts = await calls.recordingFacts({ pipelineId: event.pipelineId });
  for (let tries = 0; tries < most; tries += 1) {
    if (facts === null || isElsewhere(facts, config)) return null;
    const news = newsOf(event, facts);
    const capture = news ? after(facts.capture, news, now()) : facts.capture;
    // A recording that is given up is measured by whoever gives it up.
    if (capture === null || capture === facts.capture || capture.state === 'missing') break;
    const { meetingId, version } = facts;
    const kept = await calls.keepCapture({ meetingId, version, capture, at: now().toISOString() });
    facts = kept.facts;
    if (kept.outcome === 'kept') break;
  }
  return facts;
}
