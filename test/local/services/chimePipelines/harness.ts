import {
  ChimeSDKMediaPipelinesClient,
  CreateMediaCapturePipelineCommand,
  type CreateMediaCapturePipelineCommandInput,
  CreateMediaConcatenationPipelineCommand,
  type CreateMediaConcatenationPipelineCommandInput,
  DeleteMediaCapturePipelineCommand,
  DeleteMediaPipelineCommand,
  GetMediaPipelineCommand,
} from '@aws-sdk/client-chime-sdk-media-pipelines';
import {
  ChimeSDKMeetingsClient,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  type CreateMeetingCommandInput,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { aacFrames } from '../../../../local/cases/silence.ts';
import { createChime } from '../../../../local/services/chime/chime.ts';
import {
  createChimePipelines,
  type PipelinesOptions,
} from '../../../../local/services/chimePipelines/chimePipelines.ts';
import type { BusEvent } from '../../../../local/services/eventBridge/rule.ts';
import { Faults } from '../../../../local/services/faults.ts';
import { type ObservedCall, startGateway } from '../../../../local/services/gateway.ts';
import { createS3 } from '../../../../local/services/s3/s3.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';

export const home = 'eu-central-1';
export const bucket = 'recordings';
export const accountId = '111122223333';
export const minute = 60_000;

const arn = (path = '') => `arn:aws:s3:::${bucket}${path}`;
const statement = (Action: string[], ...paths: string[]) => ({
  Effect: 'Allow',
  Principal: { Service: 'mediapipelines.chime.amazonaws.com' },
  Action,
  Resource: paths.map(arn),
  Condition: {
    StringEquals: { 'aws:SourceAccount': accountId },
    ArnLike: { 'aws:SourceArn': `arn:aws:chime:*:${accountId}:*` },
  },
});
export const writing = statement(['s3:PutObject', 's3:PutObjectAcl'], '/captures/*', '/recordings/*');
export const reading = statement(['s3:GetObject', 's3:ListBucket'], '', '/captures/*', '/recordings/*');

export interface HarnessOptions extends Partial<PipelinesOptions> {
  statements?: object[];
  bucketRegion?: string;
  dataDir?: string;
}

export const soundOnly = {
  ArtifactsConfiguration: {
    Audio: { MuxType: 'AudioOnly' },
    Video: { State: 'Disabled' },
    Content: { State: 'Disabled' },
  },
} satisfies CreateMediaCapturePipelineCommandInput['ChimeSdkMeetingConfiguration'];

const off = { State: 'Disabled' } as const;
const on = { State: 'Enabled' } as const;
export const joined = {
  Audio: on,
  Video: off,
  Content: off,
  DataChannel: off,
  TranscriptionMessages: on,
  MeetingEvents: on,
  CompositedVideo: off,
};

/** Both stand-ins and S3 behind real HTTP, and the real clients in front of them. */
export async function pipelinesHarness(options: HarnessOptions = {}, clock = new ManualClock()) {
  const { statements = [writing, reading], bucketRegion = 'eu-west-1', dataDir, ...own } = options;
  const events: BusEvent[] = [];
  const calls: ObservedCall[] = [];
  const broken: unknown[] = [];
  const put = (event: BusEvent) => void events.push(event);
  const onBroken = (error: unknown) => void broken.push(error);
  const kept = dataDir === undefined ? {} : { dataDir };
  const written: string[] = [];
  const lost = new Set<string>();
  const s3 = await createS3({
    clock,
    region: bucketRegion,
    onObjectCreated: ({ key }) => void written.push(key),
    ...(dataDir === undefined ? {} : { dataDir: `${dataDir}/s3` }),
  });
  await s3.createBucket(bucket);
  const chime = createChime({ clock, accountId, put, onBroken, limits: { rate: 1e9, burst: 1e9 }, ...kept });
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const pipelines = createChimePipelines({
    clock,
    accountId,
    chime,
    buckets: {
      regionOf: (name) => (name === bucket ? bucketRegion : undefined),
      policyOf: () => policy,
      put: (name, key, body, contentType) => s3.put(name, key, body, { contentType }),
      read: async (name, key) => (!lost.has(key) && (await s3.head(name, key)) ? s3.read(name, key) : undefined),
    },
    silenceOf: (sampleRate) => aacFrames(1, sampleRate),
    put,
    onBroken,
    ...kept,
    ...own,
  });
  const gateway = await startGateway({
    clock,
    faults: new Faults(),
    services: [],
    scoped: [pipelines.service, chime.service],
    fallback: (request, response) => s3.handle(request, response),
    onCall: (call) => calls.push(call),
    onBroken,
  });
  const meetings = new ChimeSDKMeetingsClient(clientConfig(gateway.url, home));
  const clients = new Map<string, ChimeSDKMediaPipelinesClient>();
  const client = (region = home) => {
    const known = clients.get(region) ?? new ChimeSDKMediaPipelinesClient(clientConfig(gateway.url, region));
    clients.set(region, known);
    return known;
  };
  const arns = new Map<string, string>();
  return {
    chime,
    pipelines,
    s3,
    clock,
    events,
    calls,
    broken,
    written,
    meetings,
    client,
    async meet(
      token = 'visit-1',
      MediaRegion: CreateMeetingCommandInput['MediaRegion'] = 'eu-west-1',
    ): Promise<string> {
      const { Meeting } = await meetings.send(
        new CreateMeetingCommand({ ClientRequestToken: token, MediaRegion, ExternalMeetingId: token }),
      );
      const { MeetingId = '', MeetingArn = '' } = Meeting ?? {};
      arns.set(MeetingId, MeetingArn);
      return MeetingId;
    },
    async attend(MeetingId: string, ExternalUserId: string) {
      const { Attendee } = await meetings.send(new CreateAttendeeCommand({ MeetingId, ExternalUserId }));
      const { AttendeeId = '', JoinToken = '' } = Attendee ?? {};
      return { id: AttendeeId, device: chime.people.join(MeetingId, JoinToken) };
    },
    async capture(meetingId: string, more: Partial<CreateMediaCapturePipelineCommandInput> = {}, region = home) {
      const { MediaCapturePipeline } = await client(region).send(
        new CreateMediaCapturePipelineCommand({
          SourceType: 'ChimeSdkMeeting',
          SourceArn: arns.get(meetingId) ?? `arn:aws:chime:${home}:${accountId}:meeting/${meetingId}`,
          SinkType: 'S3Bucket',
          SinkArn: arn(`/captures/${meetingId}`),
          ChimeSdkMeetingConfiguration: soundOnly,
          ...more,
        }),
      );
      return MediaCapturePipeline?.MediaPipelineId ?? '';
    },
    async stop(MediaPipelineId: string) {
      await client().send(new DeleteMediaCapturePipelineCommand({ MediaPipelineId }));
    },
    async join(
      captureId: string,
      more: Partial<CreateMediaConcatenationPipelineCommandInput> = {},
      Destination = arn('/recordings/m1'),
      artifacts: object = joined,
      region = home,
    ) {
      const { MediaConcatenationPipeline } = await client(region).send(
        new CreateMediaConcatenationPipelineCommand({
          Sources: [
            {
              Type: 'MediaCapturePipeline',
              MediaCapturePipelineSourceConfiguration: {
                MediaPipelineArn: `arn:aws:chime:${home}:${accountId}:media-pipeline/${captureId}`,
                ChimeSdkMeetingConfiguration: { ArtifactsConfiguration: artifacts as typeof joined },
              },
            },
          ],
          Sinks: [{ Type: 'S3Bucket', S3BucketSinkConfiguration: { Destination } }],
          ...more,
        }),
      );
      return MediaConcatenationPipeline?.MediaPipelineId ?? '';
    },
    async remove(MediaPipelineId: string) {
      await client().send(new DeleteMediaPipelineCommand({ MediaPipelineId }));
    },
    /** Pipelines do not find this object any more. */
    lose: (key: string) => void lost.add(key),
    /** Takes her right to be heard, or gives it back. */
    async mute(MeetingId: string, AttendeeId: string, isMuted: boolean) {
      const Capabilities = {
        Audio: isMuted ? 'Receive' : 'SendReceive',
        Video: 'SendReceive',
        Content: 'None',
      } as const;
      await meetings.send(new UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId, Capabilities }));
    },
    async status(MediaPipelineId: string) {
      const { MediaPipeline } = await client().send(new GetMediaPipelineCommand({ MediaPipelineId }));
      const { MediaCapturePipeline, MediaConcatenationPipeline } = MediaPipeline ?? {};
      return (MediaCapturePipeline ?? MediaConcatenationPipeline)?.Status;
    },
    /** What was reported of pipelines, each by its event's name and the pipeline. */
    told: () =>
      events
        .filter((event) => event['detail-type'] === 'Chime Media Pipeline State Change')
        .map(({ detail }): [type: string, pipelineId: string] => [
          (detail['eventType'] as string).replace('chime:MediaPipeline', ''),
          detail['mediaPipelineId'] as string,
        ]),
    text: async (key: string) => (await s3.read(bucket, key)).toString(),
    [Symbol.asyncDispose]: async () => {
      meetings.destroy();
      for (const one of clients.values()) one.destroy();
      await pipelines.close();
      chime.close();
      await gateway.close();
      await s3.close();
    },
  };
}

export type PipelinesHarness = Awaited<ReturnType<typeof pipelinesHarness>>;
