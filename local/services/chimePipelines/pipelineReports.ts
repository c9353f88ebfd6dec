import type { Meeting } from '../chime/meeting.ts';
import { createSender, type SenderOptions } from '../chime/events.ts';
import type { Capture, Pipeline } from './pipeline.ts';

/** The names as public programs compare them; the guide shows the first two. */
export type PipelineEventType =
  | 'MediaPipelineInProgress'
  | 'MediaPipelineDeleted'
  | 'MediaPipelineTemporaryFailure'
  | 'MediaPipelineResumed'
  | 'MediaPipelinePermanentFailure';

/** Reports a pipeline's life: `Chime Media Pipeline State Change`, in its control region. Both kinds read alike. */
export type PipelineReport = (type: PipelineEventType, pipeline: Pipeline) => void;

export function createReport(
  options: SenderOptions,
  {
    captureOf,
    meeting: find,
  }: { captureOf: (pipeline: Pipeline) => Capture | undefined; meeting: (id: string) => Meeting | undefined },
): PipelineReport {
  const send = createSender(options);
  return (type, pipeline) => {
    const meetingId = captureOf(pipeline)?.meetingId;
    const request = meetingId === undefined ? undefined : find(meetingId)?.request;
    send({
      about: 'Media Pipeline',
      type,
      region: pipeline.region,
      detail: {
        meetingId,
        externalMeetingId: request?.ExternalMeetingId,
        mediaPipelineId: pipeline.id,
        mediaRegion: request?.MediaRegion,
      },
    });
  };
}
