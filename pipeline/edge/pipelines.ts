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
    const found = await ask(() => client.send(new GetMediaPipelineCommand({ MediaPipelineId })), gone);
    return found === 'gone' ? undefined : toPipeline(found.MediaPipeline);
  };
  const list = async (): Promise<string[]> => {
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListMediaCapturePipelinesCommand({ NextToken });
      const page = await ask(() => client.send(command), nothing);
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
      const made = await ask(() => client.send(command), ofCapture);
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
      await ask(() => client.send(new DeleteMediaCapturePipelineCommand({ MediaPipelineId })), gone);
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
      const made = await ask(() => client.send(command), ofJoining);
      if (typeof made === 'string') return { outcome: made };
      return { outcome: 'joining', concatenationId: idOf(made.MediaConcatenationPipeline) };
    },
    async drop(MediaPipelineId) {
      await ask(() => client.send(new DeleteMediaPipelineCommand({ MediaPipelineId })), gone);
    },
  };
}

/** An answer that says something about a request, and what it says: by its name, and by its message where there is one. */
type Said<Meaning> = readonly { error: string; message?: RegExp; is: Meaning }[];

const nothing: Said<never> = [];
const gone: Said<'gone'> = [{ error: 'NotFoundException', is: 'gone' }];
const full: Said<'full'> = [{ error: 'ResourceLimitExceededException', is: 'full' }];
const refused: Said<'refused'> = ['BadRequestException', 'ForbiddenException'].map((error) => ({
  error,
  is: 'refused',
}));

/**
 * The first that fits counts. That the bucket is refused is said by a BadRequestException about the "S3 Bucket policy", as
 * users report; that a meeting is over may be said by one too, whose message nobody has published.
 */
const ofCapture: Said<'full' | 'gone' | 'refused'> = [
  ...full,
  ...gone,
  { error: 'BadRequestException', message: /^(?!.*bucket).*\bmeeting\b.*(?:not found|ended)/i, is: 'gone' },
  ...refused,
];

/** A capture that is not there cannot be joined either. */
const ofJoining: Said<'full' | 'refused'> = [...full, { error: 'NotFoundException', is: 'refused' }, ...refused];

/** Answers that mean that our request was wrong. */
const ours = ['BadRequestException', 'UnauthorizedClientException', 'ForbiddenException'];

/** @returns what an answer means that is expected */
async function ask<Answer, Meaning>(send: () => Promise<Answer>, expected: Said<Meaning>): Promise<Answer | Meaning> {
  try {
    return await send();
  } catch (error) {
    const { name = '', message: text = '' } = error instanceof Error ? error : {};
    const said = expected.find((one) => one.error === name && (one.message?.test(text) ?? true));
    if (said) return said.is;
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
