import {
  ChimeSDKMediaPipelinesClient,
  CreateMediaCapturePipelineCommand,
  CreateMediaConcatenationPipelineCommand,
  DeleteMediaCapturePipelineCommand,
  DeleteMediaPipelineCommand,
  GetMediaPipelineCommand,
  ListMediaCapturePipelinesCommand,
  type MediaCapturePipeline,
  type MediaConcatenationPipeline,
  type MediaPipeline,
  type MediaPipelineStatus,
} from '@aws-sdk/client-chime-sdk-media-pipelines';
import type { Captured, Pipeline, Pipelines } from '../capturePorts.ts';
import { Refusal } from '../refusals.ts';
import { withLimit } from './limits.ts';

export function connectPipelines(region: string): ChimeSDKMediaPipelinesClient {
  return new ChimeSDKMediaPipelinesClient({ region, ...withLimit('chime') });
}

const enabled = { State: 'Enabled' } as const;
const disabled = { State: 'Disabled' } as const;

/** Chime's media pipelines, in the region where they are controlled. Chunks and joined files go into the bucket. */
export function toPipelines(client: ChimeSDKMediaPipelinesClient, bucket: string): Pipelines {
  const look = async (MediaPipelineId: string): Promise<Pipeline | undefined> => {
    const found = await ask(() => client.send(new GetMediaPipelineCommand({ MediaPipelineId })), { gone });
    return found === 'gone' ? undefined : toPipeline(found.MediaPipeline);
  };
  const list = async (): Promise<string[]> => {
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListMediaCapturePipelinesCommand({ NextToken });
      const page = await ask(() => client.send(command), {});
      ids.push(...(page.MediaCapturePipelines ?? []).flatMap((one) => one.MediaPipelineId ?? []));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return ids;
  };
  return {
    list,
    look,
    async start({ token, meetingId, meetingArn }) {
      const command = new CreateMediaCapturePipelineCommand({
        ClientRequestToken: token,
        SourceType: 'ChimeSdkMeeting',
        SourceArn: meetingArn,
        SinkType: 'S3Bucket',
        SinkArn: `arn:aws:s3:::${bucket}/captures/${meetingId}`,
        // Without this, Chime films whoever speaks.
        ChimeSdkMeetingConfiguration: {
          ArtifactsConfiguration: { Audio: { MuxType: 'AudioOnly' }, Video: disabled, Content: disabled },
        },
      });
      const made = await ask(() => client.send(command), { full, gone, refused });
      if (typeof made === 'string') return { outcome: made };
      return { outcome: 'started', ...toCaptured(made.MediaCapturePipeline) };
    },
    async find(meetingArn) {
      for (const id of await list()) {
        const found = await look(id);
        if (found?.kind === 'capture' && found.state === 'runs' && found.meetingArn === meetingArn) {
          return { captureId: found.id, captureArn: found.arn };
        }
      }
      return undefined;
    },
    async stop(MediaPipelineId) {
      await ask(() => client.send(new DeleteMediaCapturePipelineCommand({ MediaPipelineId })), { gone });
    },
    async join({ token, meetingId, captureArn }) {
      const command = new CreateMediaConcatenationPipelineCommand({
        ClientRequestToken: token,
        Sources: [
          {
            Type: 'MediaCapturePipeline',
            MediaCapturePipelineSourceConfiguration: {
              MediaPipelineArn: captureArn,
              ChimeSdkMeetingConfiguration: {
                ArtifactsConfiguration: {
                  Audio: enabled,
                  MeetingEvents: enabled,
                  TranscriptionMessages: enabled,
                  Video: disabled,
                  Content: disabled,
                  DataChannel: disabled,
                  CompositedVideo: disabled,
                },
              },
            },
          },
        ],
        Sinks: [
          {
            Type: 'S3Bucket',
            S3BucketSinkConfiguration: { Destination: `arn:aws:s3:::${bucket}/recordings/${meetingId}` },
          },
        ],
      });
      const made = await ask(() => client.send(command), { full, refused: [...refused, ...gone] });
      if (typeof made === 'string') return { outcome: made };
      return { outcome: 'joining', concatenationId: idOf(made.MediaConcatenationPipeline) };
    },
    async drop(MediaPipelineId) {
      await ask(() => client.send(new DeleteMediaPipelineCommand({ MediaPipelineId })), { gone });
    },
  };
}

/**
 * Answers that say something about a request. That a meeting is over may also be said by a BadRequestException, and so may
 * that the bucket's policy is wrong; which one a message means is not documented, and neither can be cured by asking again.
 */
const full = ['ResourceLimitExceededException'];
const gone = ['NotFoundException'];
const refused = ['BadRequestException', 'ForbiddenException'];

/** Answers that mean that our request was wrong. */
const ours = ['BadRequestException', 'UnauthorizedClientException', 'ForbiddenException'];

/**
 * @param expected names of answers, by what they mean
 * @returns the meaning of an answer that is expected
 */
async function ask<Answer, Meaning extends string>(
  send: () => Promise<Answer>,
  expected: Readonly<Partial<Record<Meaning, readonly string[]>>>,
): Promise<Answer | Meaning> {
  try {
    return await send();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    for (const meaning in expected) if (expected[meaning]?.includes(name)) return meaning;
    throw ours.includes(name) ? error : new Refusal('ChimeUnavailable');
  }
}

/** Paused and NotStarted ones may yet write. */
const states: Readonly<Record<MediaPipelineStatus, Pipeline['state']>> = {
  NotStarted: 'runs',
  Initializing: 'runs',
  InProgress: 'runs',
  Paused: 'runs',
  Stopping: 'runs',
  Stopped: 'over',
  Failed: 'failed',
};

/** @returns undefined for a pipeline of another kind */
function toPipeline(found: MediaPipeline | undefined): Pipeline | undefined {
  const { MediaCapturePipeline: capture, MediaConcatenationPipeline: concatenation } = found ?? {};
  const some = capture ?? concatenation;
  if (!some?.MediaPipelineId || !some.MediaPipelineArn) return undefined;
  return {
    kind: capture ? 'capture' : 'concatenation',
    id: some.MediaPipelineId,
    arn: some.MediaPipelineArn,
    state: some.Status ? states[some.Status] : 'runs',
    meetingArn: capture?.SourceArn ?? null,
    sinkArn: capture?.SinkArn ?? null,
  };
}

function toCaptured(made: MediaCapturePipeline | undefined): Captured {
  const captureArn = made?.MediaPipelineArn;
  if (!captureArn) throw new Refusal('ChimeUnavailable');
  return { captureId: idOf(made), captureArn };
}

/** Without it, nobody could stop it or find its file. */
function idOf(made: MediaCapturePipeline | MediaConcatenationPipeline | undefined): string {
  if (!made?.MediaPipelineId) throw new Refusal('ChimeUnavailable');
  return made.MediaPipelineId;
}
