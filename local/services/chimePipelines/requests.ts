import {
  ArtifactsConcatenationState,
  ArtifactsState,
  AudioArtifactsConcatenationState,
  AudioMuxType,
} from '@aws-sdk/client-chime-sdk-media-pipelines';
import * as v from 'valibot';
import { NOT_SUPPORTED, notSupported, only } from '../readRequest.ts';

/**
 * The requests with the limits of the API model. Of what can be captured and joined, the stand-in has sound, meeting events
 * and the messages of live transcription; anything with pictures is answered with 501, and so is a capture that leaves
 * open what it captures, for then the service films the active speaker.
 */

const token = v.optional(v.pipe(v.string(), v.minLength(2), v.maxLength(64), v.regex(/^[-_a-zA-Z0-9]*$/)));
const arn = v.pipe(v.string(), v.minLength(1), v.maxLength(1024), v.regex(/^arn[/:\-_.a-zA-Z0-9]+$/));
const id = v.pipe(v.string(), v.regex(/^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/));
const tags = v.optional(
  v.pipe(
    v.array(
      v.strictObject({
        Key: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
        Value: v.pipe(v.string(), v.maxLength(256)),
      }),
    ),
    v.minLength(1),
    v.maxLength(200),
  ),
);

const noPictures = (muxType: string) =>
  v.strictObject({
    State: v.pipe(v.picklist(Object.values(ArtifactsState)), only('Disabled')),
    MuxType: v.optional(v.picklist([muxType])),
  });

const captured = v.strictObject({
  Audio: v.strictObject({ MuxType: v.pipe(v.picklist(Object.values(AudioMuxType)), only('AudioOnly')) }),
  Video: noPictures('VideoOnly'),
  Content: noPictures('ContentOnly'),
  CompositedVideo: notSupported,
});

const state = v.picklist(Object.values(ArtifactsConcatenationState));
const joined = v.strictObject({ State: state });
const notJoined = v.strictObject({ State: v.pipe(state, only('Disabled')) });

const joinedArtifacts = v.strictObject({
  Audio: v.strictObject({ State: v.picklist(Object.values(AudioArtifactsConcatenationState)) }),
  Video: notJoined,
  Content: notJoined,
  DataChannel: notJoined,
  TranscriptionMessages: joined,
  MeetingEvents: joined,
  CompositedVideo: notJoined,
});

const one = <Schema extends v.GenericSchema>(schema: Schema) => v.pipe(v.array(schema), v.length(1));

export const requests = {
  CreateMediaCapturePipeline: v.pipe(
    v.strictObject({
      SourceType: v.picklist(['ChimeSdkMeeting']),
      SourceArn: arn,
      SinkType: v.picklist(['S3Bucket']),
      SinkArn: arn,
      ClientRequestToken: token,
      ChimeSdkMeetingConfiguration: v.optional(
        v.pipe(
          v.strictObject({ ArtifactsConfiguration: v.optional(captured), SourceConfiguration: notSupported }),
          v.forward(
            v.check(({ ArtifactsConfiguration: which }) => which !== undefined, NOT_SUPPORTED),
            ['ArtifactsConfiguration'],
          ),
        ),
      ),
      SseAwsKeyManagementParams: notSupported,
      SinkIamRoleArn: notSupported,
      Tags: tags,
    }),
    v.forward(
      v.check(({ ChimeSdkMeetingConfiguration: how }) => how !== undefined, NOT_SUPPORTED),
      ['ChimeSdkMeetingConfiguration'],
    ),
  ),
  CreateMediaConcatenationPipeline: v.strictObject({
    Sources: one(
      v.strictObject({
        Type: v.picklist(['MediaCapturePipeline']),
        MediaCapturePipelineSourceConfiguration: v.strictObject({
          MediaPipelineArn: arn,
          ChimeSdkMeetingConfiguration: v.strictObject({ ArtifactsConfiguration: joinedArtifacts }),
        }),
      }),
    ),
    Sinks: one(
      v.strictObject({
        Type: v.picklist(['S3Bucket']),
        S3BucketSinkConfiguration: v.strictObject({ Destination: arn }),
      }),
    ),
    ClientRequestToken: token,
    Tags: tags,
  }),
  GetMediaCapturePipeline: v.strictObject({ MediaPipelineId: id }),
  DeleteMediaCapturePipeline: v.strictObject({ MediaPipelineId: id }),
  ListMediaCapturePipelines: v.strictObject({
    MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(99))),
    NextToken: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  }),
  GetMediaPipeline: v.strictObject({ MediaPipelineId: id }),
  DeleteMediaPipeline: v.strictObject({ MediaPipelineId: id }),
};

export type OperationName = keyof typeof requests;
export type Request<Name extends OperationName> = v.InferOutput<(typeof requests)[Name]>;
