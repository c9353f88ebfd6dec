import {
  ChimeSDKMediaPipelinesClient,
  CreateMediaCapturePipelineCommand,
  CreateMediaConcatenationPipelineCommand,
  DeleteMediaCapturePipelineCommand,
  DeleteMediaPipelineCommand,
  GetMediaPipelineCommand,
  ListMediaCapturePipelinesCommand,
} from '@aws-sdk/client-chime-sdk-media-pipelines';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Pipelines } from '../../../pipeline/capturePorts.ts';
import { connectPipelines, toPipelines } from '../../../pipeline/edge/pipelines.ts';

const sdk = mockClient(ChimeSDKMediaPipelinesClient);
beforeEach(() => sdk.reset());
afterAll(() => sdk.restore());

const pipelines = toPipelines(new ChimeSDKMediaPipelinesClient({ region: 'eu-central-1' }), 'recordings');
const meetingArn = 'arn:aws:chime:eu-central-1:1:meeting/m';
const captureArn = 'arn:aws:chime:eu-central-1:1:media-pipeline/c';
const wanted = { token: 'm-capture', meetingId: 'm', meetingArn };
const joining = { token: 'm-join-1', meetingId: 'm', captureArn };
const failing = (name: string) => Object.assign(new Error('said by the service'), { name });
const capture = {
  MediaPipelineId: 'c',
  MediaPipelineArn: captureArn,
  SourceArn: meetingArn,
  SinkArn: 'arn:aws:s3:::b/p',
};

const all: Readonly<Record<keyof Pipelines, () => Promise<unknown>>> = {
  start: () => pipelines.start(wanted),
  find: () => pipelines.find(meetingArn),
  look: () => pipelines.look('c'),
  stop: () => pipelines.stop('c'),
  join: () => pipelines.join(joining),
  drop: () => pipelines.drop('j'),
  list: () => pipelines.list(),
};

test('a capture has the sound alone, goes under its meeting, and is asked for by its token', async () => {
  sdk.on(CreateMediaCapturePipelineCommand).resolves({ MediaCapturePipeline: capture });
  expect(await pipelines.start(wanted)).toEqual({ outcome: 'started', captureId: 'c', captureArn });
  expect(sdk.calls()[0]?.args[0].input).toEqual({
    ClientRequestToken: 'm-capture',
    SourceType: 'ChimeSdkMeeting',
    SourceArn: meetingArn,
    SinkType: 'S3Bucket',
    SinkArn: 'arn:aws:s3:::recordings/captures/m',
    ChimeSdkMeetingConfiguration: {
      ArtifactsConfiguration: {
        Audio: { MuxType: 'AudioOnly' },
        Video: { State: 'Disabled' },
        Content: { State: 'Disabled' },
      },
    },
  });
});

test('a joining has sound, who spoke when, and captions', async () => {
  sdk.on(CreateMediaConcatenationPipelineCommand).resolves({ MediaConcatenationPipeline: { MediaPipelineId: 'j' } });
  expect(await pipelines.join(joining)).toEqual({ outcome: 'joining', concatenationId: 'j' });
  const { input } = sdk.commandCalls(CreateMediaConcatenationPipelineCommand)[0]?.args[0] ?? {};
  expect(input).toMatchObject({
    ClientRequestToken: 'm-join-1',
    Sinks: [{ Type: 'S3Bucket', S3BucketSinkConfiguration: { Destination: 'arn:aws:s3:::recordings/recordings/m' } }],
  });
  const [source] = input?.Sources ?? [];
  const { MediaPipelineArn, ChimeSdkMeetingConfiguration } = source?.MediaCapturePipelineSourceConfiguration ?? {};
  const states = Object.entries(ChimeSdkMeetingConfiguration?.ArtifactsConfiguration ?? {});
  expect([source?.Type, MediaPipelineArn]).toEqual(['MediaCapturePipeline', captureArn]);
  expect(states.flatMap(([name, one]) => (one?.State === 'Enabled' ? name : [])).toSorted()).toEqual([
    'Audio',
    'MeetingEvents',
    'TranscriptionMessages',
  ]);
  // All of them are to be said.
  expect(states).toHaveLength(7);
});

describe('an answer that says something', () => {
  test.each<[string, 'start' | 'join', string]>([
    ['ResourceLimitExceededException', 'start', 'full'],
    ['NotFoundException', 'start', 'gone'],
    ['BadRequestException', 'start', 'refused'],
    ['ForbiddenException', 'start', 'refused'],
    ['ResourceLimitExceededException', 'join', 'full'],
    ['NotFoundException', 'join', 'refused'],
    ['BadRequestException', 'join', 'refused'],
  ])('%s to %s: %s', async (name, call, outcome) => {
    sdk.rejects(failing(name));
    expect(await all[call]()).toEqual({ outcome });
  });

  test.each([
    ['S3 Bucket policy not valid/present for Sink arn:aws:s3:::recordings/captures/m', 'refused'],
    ['S3 Bucket of the meeting not found', 'refused'],
    ['Meeting arn:aws:chime:eu-central-1:1:meeting/m not found', 'gone'],
    ['The meeting has ended', 'gone'],
    ['The meeting is captured already', 'refused'],
  ])('BadRequestException to start, with %j: %s', async (message, outcome) => {
    sdk.rejects(Object.assign(new Error(message), { name: 'BadRequestException' }));
    expect(await all.start()).toEqual({ outcome });
  });

  test.each(['look', 'stop', 'drop'] as const)('that Chime knows no such pipeline, to %s', async (call) => {
    sdk.rejects(failing('NotFoundException'));
    expect(await all[call]()).toBeUndefined();
  });
});

describe.each([
  'ThrottledClientException',
  'ServiceFailureException',
  'ServiceUnavailableException',
  'ConflictException',
  'AccessDeniedException',
  'TimeoutError',
])('%s', (name) => {
  test.each(Object.keys(all) as (keyof Pipelines)[])('of %s: ask again', async (call) => {
    sdk.rejects(failing(name));
    await expect(all[call]()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  });
});

test.each(['find', 'look', 'stop', 'drop', 'list'] as const)(
  'a request of %s that is wrong is a fault of ours',
  async (call) => {
    sdk.rejects(failing('BadRequestException'));
    await expect(all[call]()).rejects.toMatchObject({ name: 'BadRequestException' });
  },
);

test.each([
  ['start', {}],
  ['start', { MediaCapturePipeline: { MediaPipelineId: 'c' } }],
  ['start', { MediaCapturePipeline: { MediaPipelineArn: captureArn } }],
  ['join', { MediaConcatenationPipeline: {} }],
] as const)('an answer to %s that names nothing, %j, is of no use', async (call, answer) => {
  sdk.onAnyCommand().resolves(answer);
  await expect(all[call]()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
});

describe('a pipeline that is looked at', () => {
  test.each([
    ['NotStarted', 'runs'],
    ['Initializing', 'runs'],
    ['InProgress', 'runs'],
    ['Paused', 'runs'],
    ['Stopping', 'runs'],
    [undefined, 'runs'],
    ['Stopped', 'over'],
    ['Failed', 'failed'],
  ] as const)('as %s: %s', async (Status, state) => {
    sdk.on(GetMediaPipelineCommand, { MediaPipelineId: 'c' }).resolves({
      MediaPipeline: { MediaCapturePipeline: { ...capture, ...(Status && { Status }) } },
    });
    expect(await pipelines.look('c')).toEqual({
      kind: 'capture',
      id: 'c',
      arn: captureArn,
      state,
      meetingArn,
      sinkArn: 'arn:aws:s3:::b/p',
    });
  });

  test('that joins has no meeting, and one of another kind is none', async () => {
    const MediaConcatenationPipeline = { MediaPipelineId: 'j', MediaPipelineArn: 'arn:j', Status: 'Stopped' } as const;
    sdk.on(GetMediaPipelineCommand).resolvesOnce({ MediaPipeline: { MediaConcatenationPipeline } });
    expect(await pipelines.look('j')).toMatchObject({
      kind: 'concatenation',
      state: 'over',
      meetingArn: null,
      sinkArn: null,
    });
    sdk
      .on(GetMediaPipelineCommand)
      .resolves({ MediaPipeline: { MediaLiveConnectorPipeline: { MediaPipelineId: 'l' } } });
    expect(await pipelines.look('l')).toBeUndefined();
  });
});

describe('the captures', () => {
  const pages = () => {
    sdk.on(ListMediaCapturePipelinesCommand).resolves({ MediaCapturePipelines: [{ MediaPipelineId: 'c' }] });
    sdk
      .on(ListMediaCapturePipelinesCommand, { NextToken: undefined })
      .resolves({ MediaCapturePipelines: [{ MediaPipelineId: 'a' }, { MediaPipelineId: 'b' }], NextToken: 'next' });
    sdk.on(GetMediaPipelineCommand).resolves({});
  };

  test('are listed page by page', async () => {
    pages();
    expect(await pipelines.list()).toEqual(['a', 'b', 'c']);
    expect(sdk.calls().map(({ args }) => args[0].input)).toEqual([{ NextToken: undefined }, { NextToken: 'next' }]);
  });

  test('are searched for the one of a meeting that runs', async () => {
    pages();
    const of = (MediaPipelineId: string, more: object) =>
      sdk.on(GetMediaPipelineCommand, { MediaPipelineId }).resolves({
        MediaPipeline: { MediaCapturePipeline: { ...capture, MediaPipelineId, Status: 'InProgress', ...more } },
      });
    of('a', { SourceArn: `${meetingArn}2` });
    of('b', { Status: 'Stopped' });
    expect(await pipelines.find(meetingArn)).toBeUndefined();
    of('c', {});
    expect(await pipelines.find(meetingArn)).toEqual({ captureId: 'c', captureArn });
  });

  test('are stopped, and joinings dropped, each by its own request', async () => {
    sdk.on(DeleteMediaCapturePipelineCommand, { MediaPipelineId: 'c' }).resolves({});
    sdk.on(DeleteMediaPipelineCommand, { MediaPipelineId: 'j' }).resolves({});
    await pipelines.stop('c');
    await pipelines.drop('j');
    expect(sdk.calls()).toHaveLength(2);
  });
});

test('a client is of the region where pipelines are controlled', async () => {
  const { config } = connectPipelines('eu-central-1');
  expect([await config.region(), await config.maxAttempts()]).toEqual(['eu-central-1', 2]);
});
