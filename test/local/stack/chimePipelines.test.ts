import {
  ChimeSDKMediaPipelinesClient,
  CreateMediaCapturePipelineCommand,
  CreateMediaConcatenationPipelineCommand,
  DeleteMediaCapturePipelineCommand,
} from '@aws-sdk/client-chime-sdk-media-pipelines';
import {
  ChimeSDKMeetingsClient,
  CreateMeetingWithAttendeesCommand,
  DeleteMeetingCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { clientConfig } from '../../../local/stack/clients.ts';
import { toRecordingId } from '../../../pipeline/recording/recording.ts';
import { TestStack } from '../../workflow/testStack.ts';

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

const off = { State: 'Disabled' } as const;
const on = { State: 'Enabled' } as const;

test('a meeting is captured into the bucket of the template, and the workflow starts with the joined recording', async () => {
  const { env, chime, clock, deployment } = product.stack;
  const config = { ...clientConfig(env), region: 'eu-central-1', maxAttempts: 1 };
  const meetings = new ChimeSDKMeetingsClient(config);
  const pipelines = new ChimeSDKMediaPipelinesClient(config);
  const bucket = deployment.buckets.find(({ id }) => id === 'RecordingsBucket')?.name ?? '';
  const { Meeting, Attendees } = await meetings.send(
    new CreateMeetingWithAttendeesCommand({
      ClientRequestToken: 'captured',
      MediaRegion: 'eu-west-1',
      ExternalMeetingId: 'captured',
      Attendees: [{ ExternalUserId: 'patient' }],
    }),
  );
  const { MeetingId = '', MeetingArn } = Meeting ?? {};
  chime.people.join(MeetingId, Attendees?.[0]?.JoinToken ?? '');
  const { MediaCapturePipeline } = await pipelines.send(
    new CreateMediaCapturePipelineCommand({
      SourceType: 'ChimeSdkMeeting',
      SourceArn: MeetingArn,
      SinkType: 'S3Bucket',
      SinkArn: `arn:aws:s3:::${bucket}/captures/${MeetingId}`,
      ChimeSdkMeetingConfiguration: {
        ArtifactsConfiguration: { Audio: { MuxType: 'AudioOnly' }, Video: off, Content: off },
      },
    }),
  );
  const { MediaPipelineId, MediaPipelineArn } = MediaCapturePipeline ?? {};
  await clock.sleep(12_000);
  await pipelines.send(new DeleteMediaCapturePipelineCommand({ MediaPipelineId }));
  const joining = await pipelines.send(
    new CreateMediaConcatenationPipelineCommand({
      Sources: [
        {
          Type: 'MediaCapturePipeline',
          MediaCapturePipelineSourceConfiguration: {
            MediaPipelineArn,
            ChimeSdkMeetingConfiguration: {
              ArtifactsConfiguration: {
                Audio: on,
                Video: off,
                Content: off,
                DataChannel: off,
                TranscriptionMessages: on,
                MeetingEvents: on,
                CompositedVideo: off,
              },
            },
          },
        },
      ],
      Sinks: [
        {
          Type: 'S3Bucket',
          S3BucketSinkConfiguration: { Destination: `arn:aws:s3:::${bucket}/recordings/${MeetingId}` },
        },
      ],
    }),
  );
  await clock.sleep(30_000);
  const key = `recordings/${MeetingId}/audio/${joining.MediaConcatenationPipeline?.MediaPipelineId}.mp4`;
  const { VersionId: versionId = '', ETag } = await product.deployment.clients.s3.send(
    new HeadObjectCommand({ Bucket: bucket, Key: key }),
  );
  const recordingId = await toRecordingId({ bucket, key, versionId, etag: ETag?.replaceAll('"', '') ?? '' });
  // Nobody has a session with this meeting: the workflow has seen the recording, and says so.
  expect(await product.ended(recordingId)).toMatchObject({ error: 'UnknownMeeting' });
  expect(chime.pipelines.chunks(MeetingId).every(({ voices }) => voices[0]?.externalUserId === 'patient')).toBe(true);
  await meetings.send(new DeleteMeetingCommand({ MeetingId }));
  meetings.destroy();
  pipelines.destroy();
});
