import {
  CreateMediaLiveConnectorPipelineCommand,
  type CreateMediaCapturePipelineCommandInput,
  DeleteMediaPipelineCommand,
  GetMediaCapturePipelineCommand,
  ListMediaCapturePipelinesCommand,
  ListMediaPipelinesCommand,
  paginateListMediaCapturePipelines,
} from '@aws-sdk/client-chime-sdk-media-pipelines';
import { DeleteMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { describe, expect, test } from 'vitest';
import type { Unverified } from '../../../../local/services/chimePipelines/settings.ts';
import { failureOf } from '../../testClock.ts';
import { refusalOf } from '../chime/harness.ts';
import {
  accountId,
  home,
  joined,
  pipelinesHarness,
  type PipelinesHarness,
  reading,
  soundOnly,
  writing,
} from './harness.ts';

const meetingId = '00000000-0000-4000-8000-000000000000';
const { ArtifactsConfiguration: artifacts } = soundOnly;
const without = (name: keyof typeof joined) =>
  Object.fromEntries(Object.entries(joined).filter(([key]) => key !== name));
const badRequest = ['BadRequestException', 400];
const notFound = ['NotFoundException', 404];

describe('a capture is refused', () => {
  type More = Partial<Record<keyof CreateMediaCapturePipelineCommandInput, unknown>>;

  test.each<[string, More, unknown[]]>([
    ['of something else than a meeting', { SourceType: 'Phone' }, badRequest],
    ['of an unknown meeting', { SourceArn: `arn:aws:chime:${home}:${accountId}:meeting/${meetingId}` }, notFound],
    ['without a source', { SourceArn: undefined }, badRequest],
    ['with a token of one sign', { ClientRequestToken: 'a' }, badRequest],
    ['with a token of other signs', { ClientRequestToken: 'a.b' }, badRequest],
    ['with no tags', { Tags: [] }, badRequest],
    ['into a bucket that is not there', { SinkArn: 'arn:aws:s3:::other/captures' }, badRequest],
    ['into something else than a bucket', { SinkArn: `arn:aws:sqs:eu-west-1:${accountId}:queue` }, badRequest],
    ['into a folder that the policy does not name', { SinkArn: 'arn:aws:s3:::recordings/elsewhere' }, badRequest],
    ['that leaves open what it captures', { ChimeSdkMeetingConfiguration: undefined }, ['NotImplemented', 501]],
    ['without artifacts', { ChimeSdkMeetingConfiguration: {} }, ['NotImplemented', 501]],
    [
      'that films the speaker',
      {
        ChimeSdkMeetingConfiguration: {
          ArtifactsConfiguration: { ...artifacts, Audio: { MuxType: 'AudioWithActiveSpeakerVideo' } },
        },
      },
      ['NotImplemented', 501],
    ],
    [
      'of pictures',
      {
        ChimeSdkMeetingConfiguration: {
          ArtifactsConfiguration: { ...artifacts, Video: { State: 'Enabled', MuxType: 'VideoOnly' } },
        },
      },
      ['NotImplemented', 501],
    ],
    [
      'of a film of all',
      {
        ChimeSdkMeetingConfiguration: {
          ArtifactsConfiguration: {
            ...artifacts,
            CompositedVideo: { GridViewConfiguration: { ContentShareLayout: 'Vertical' } },
          },
        },
      },
      ['NotImplemented', 501],
    ],
    [
      'of some of the people',
      {
        ChimeSdkMeetingConfiguration: {
          ...soundOnly,
          SourceConfiguration: { SelectedVideoStreams: { AttendeeIds: [meetingId] } },
        },
      },
      ['NotImplemented', 501],
    ],
    ['in a role of its own', { SinkIamRoleArn: `arn:aws:iam::${accountId}:role/a` }, ['NotImplemented', 501]],
    ['with a key of its own', { SseAwsKeyManagementParams: { AwsKmsKeyId: 'alias/a' } }, ['NotImplemented', 501]],
  ])('%s', async (_, more, refusal) => {
    await using chime = await pipelinesHarness();
    const id = await chime.meet();
    expect(await refusalOf(chime.capture(id, more as Partial<CreateMediaCapturePipelineCommandInput>))).toEqual(
      refusal,
    );
    expect(chime.pipelines.all()).toEqual([]);
    expect(chime.broken).toEqual([]);
  });

  test('of a meeting of another account; an older form of its own name will do', async () => {
    await using chime = await pipelinesHarness();
    const id = await chime.meet();
    const of = (account: string) => ({ SourceArn: `arn:aws:chime::${account}:meeting:${id}` });
    expect(await refusalOf(chime.capture(id, of('444455556666')))).toEqual(notFound);
    await chime.capture(id, of(accountId));
  });

  test('of a meeting that has ended', async () => {
    await using chime = await pipelinesHarness();
    const id = await chime.meet();
    await chime.meetings.send(new DeleteMeetingCommand({ MeetingId: id }));
    expect(await refusalOf(chime.capture(id))).toEqual(notFound);
    chime.pipelines.assumed.unknownSource = 'BadRequestException';
    expect(await refusalOf(chime.capture(id))).toEqual(badRequest);
  });

  test('of a meeting whose media are in another region than the bucket', async () => {
    await using chime = await pipelinesHarness({ bucketRegion: 'af-south-1' });
    const error = await failureOf(chime.capture(await chime.meet()));
    expect(error.message).toContain('af-south-1');
    await chime.capture(await chime.meet('there', 'af-south-1'));
  });

  test.each(['eu-west-1', 'af-south-1'])('in %s, which has no such API', async (region) => {
    await using chime = await pipelinesHarness();
    const id = await chime.meet();
    expect((await failureOf(chime.capture(id, {}, region))).name).toBe('UnrecognizedClientException');
  });

  test.each<Unverified['secondCapture']>([
    'BadRequestException',
    'ResourceLimitExceededException',
    'ConflictException',
  ])('while another runs in its meeting: %s', async (secondCapture) => {
    await using chime = await pipelinesHarness({ assumed: { secondCapture } });
    const id = await chime.meet();
    const first = await chime.capture(id);
    await chime.clock.advance(5_000);
    const status = secondCapture === 'ConflictException' ? 409 : 400;
    expect(await refusalOf(chime.capture(id))).toEqual([secondCapture, status]);
    await chime.stop(first);
    await chime.clock.advance(5_000);
    await chime.capture(id);
  });
});

describe("the bucket's policy", () => {
  const { Condition: _, ...unconditional } = writing;

  test.each<[string, object[], boolean]>([
    ['lets the service write', [writing], true],
    ['lets it write without a condition', [unconditional], true],
    ['names it among others', [{ ...writing, Principal: { Service: ['a', writing.Principal.Service] } }], true],
    ['says nothing of writing', [reading], false],
    ['is not there', [], false],
    ['names another service', [{ ...writing, Principal: { Service: 'chime.amazonaws.com' } }], false],
    ['lets it write, but not set the ACL', [{ ...writing, Action: 's3:PutObject' }], false],
    ['names another account', [{ ...writing, Condition: { StringEquals: { 'aws:SourceAccount': '4' } } }], false],
    ['forbids it to everybody', [writing, { ...writing, Effect: 'Deny', Principal: '*' }], false],
  ])('%s', async (_name, statements, isAccepted) => {
    await using chime = await pipelinesHarness({ statements });
    const id = await chime.meet();
    const making = chime.capture(id);
    if (isAccepted) expect(await making).toMatch(/^[0-9a-f-]{36}$/);
    else expect((await failureOf(making)).message).toMatch(/^S3 Bucket policy not valid\/present for Sink/);
  });

  test('may have to be for the whole bucket', async () => {
    await using chime = await pipelinesHarness({ assumed: { limitedPolicy: 'refused' } });
    expect(await refusalOf(chime.capture(await chime.meet()))).toEqual(badRequest);
    const Resource = 'arn:aws:s3:::recordings/*';
    const whole = { statements: [{ ...writing, Resource }], assumed: { limitedPolicy: 'refused' } as const };
    await using other = await pipelinesHarness(whole);
    await other.capture(await other.meet());
  });
});

describe('a concatenation is refused', () => {
  test.each(Object.keys(joined) as (keyof typeof joined)[])('without a state of %s', async (name) => {
    await using chime = await pipelinesHarness();
    const id = await chime.capture(await chime.meet());
    expect(await refusalOf(chime.join(id, {}, undefined, without(name)))).toEqual(badRequest);
  });

  test.each<[string, (chime: PipelinesHarness, id: string) => Promise<unknown>, unknown[]]>([
    ['of an unknown capture', (chime) => chime.join(meetingId), notFound],
    ['of a capture in another region', (chime, id) => chime.join(id, {}, undefined, undefined, 'us-east-1'), notFound],
    ['without a source', (chime, id) => chime.join(id, { Sources: [] }), badRequest],
    ['without a sink', (chime, id) => chime.join(id, { Sinks: [] }), badRequest],
    ['into another bucket', (chime, id) => chime.join(id, {}, 'arn:aws:s3:::other/a'), badRequest],
    [
      'into a folder that the policy does not name',
      (chime, id) => chime.join(id, {}, 'arn:aws:s3:::recordings/a'),
      badRequest,
    ],
    [
      'without sound',
      (chime, id) => chime.join(id, {}, undefined, { ...joined, Audio: { State: 'Disabled' } }),
      badRequest,
    ],
    [
      'with pictures',
      (chime, id) => chime.join(id, {}, undefined, { ...joined, Video: { State: 'Enabled' } }),
      ['NotImplemented', 501],
    ],
  ])('%s', async (_, ask, refusal) => {
    await using chime = await pipelinesHarness();
    const id = await chime.capture(await chime.meet());
    expect(await refusalOf(ask(chime, id))).toEqual(refusal);
  });

  test('into two sinks', async () => {
    await using chime = await pipelinesHarness();
    const id = await chime.capture(await chime.meet());
    const sink = {
      Type: 'S3Bucket',
      S3BucketSinkConfiguration: { Destination: 'arn:aws:s3:::recordings/recordings/m' },
    } as const;
    expect(await refusalOf(chime.join(id, { Sinks: [sink, sink] }))).toEqual(badRequest);
  });
});

describe('ten pipelines of a region', () => {
  test('are all that are active at once, captures and concatenations together', async () => {
    await using chime = await pipelinesHarness();
    const meetings = await Promise.all(Array.from({ length: 11 }, (_, n) => chime.meet(`visit-${n}`)));
    const [first = '', ...others] = meetings;
    const capture = await chime.capture(first);
    for (const id of others.slice(0, 8)) await chime.capture(id);
    const joining = await chime.join(capture);
    const [last = ''] = others.slice(-1);
    expect(await refusalOf(chime.capture(last))).toEqual(['ResourceLimitExceededException', 400]);
    expect(await refusalOf(chime.join(capture))).toEqual(['ResourceLimitExceededException', 400]);
    // Another region has its own ten.
    await chime.capture(last, {}, 'us-east-1');
    await chime.client().send(new DeleteMediaPipelineCommand({ MediaPipelineId: joining }));
    await chime.clock.advance(10);
    await chime.join(capture);
  });

  test('are no limit where a test says so', async () => {
    await using chime = await pipelinesHarness({ limits: { active: 1 } });
    await chime.capture(await chime.meet('one'));
    expect(await refusalOf(chime.capture(await chime.meet('two')))).toEqual(['ResourceLimitExceededException', 400]);
    await using other = await pipelinesHarness({ limits: 'off' });
    for (let n = 0; n < 12; n += 1) await other.capture(await other.meet(`visit-${n}`));
  });

  test('are listed page by page until they end', async () => {
    await using chime = await pipelinesHarness();
    const made: string[] = [];
    for (const token of ['one', 'two', 'three']) made.push(await chime.capture(await chime.meet(token)));
    const pages = [];
    for await (const page of paginateListMediaCapturePipelines({ client: chime.client(), pageSize: 2 }, {})) {
      pages.push(page.MediaCapturePipelines?.map(({ MediaPipelineId }) => MediaPipelineId));
    }
    expect(pages).toEqual([made.slice(0, 2), made.slice(2)]);
    await chime.stop(made[0] ?? '');
    await chime.clock.advance(5_000);
    const { MediaCapturePipelines } = await chime.client().send(new ListMediaCapturePipelinesCommand({}));
    expect(MediaCapturePipelines).toHaveLength(2);
    expect(await refusalOf(chime.client().send(new ListMediaCapturePipelinesCommand({ NextToken: 'a' })))).toEqual(
      badRequest,
    );
  });
});

describe('a token', () => {
  const token = { ClientRequestToken: 'visit-1' };

  test('gives the same pipeline while there is one', async () => {
    await using chime = await pipelinesHarness();
    const id = await chime.meet();
    const capture = await chime.capture(id, token);
    expect(await chime.capture(id, token)).toBe(capture);
    const join = await chime.join(capture, token);
    expect(await chime.join(capture, token)).toBe(join);
    expect(chime.pipelines.all()).toHaveLength(2);
    // Another region knows nothing of it, and the meeting is captured already.
    expect(await refusalOf(chime.capture(id, token, 'us-east-1'))).toEqual(badRequest);
  });

  test.each<[Unverified['endedToken'], string]>([
    ['ended', 'same'],
    ['new', 'other'],
    ['refused', 'BadRequestException'],
  ])('of a pipeline that has ended, %s', async (endedToken, expected) => {
    await using chime = await pipelinesHarness({ assumed: { endedToken } });
    const id = await chime.meet();
    const capture = await chime.capture(id, token);
    await chime.clock.advance(5_000);
    await chime.stop(capture);
    await chime.clock.advance(5_000);
    const again = await chime.capture(id, token).catch((error: Error) => error.name);
    expect(again === capture ? 'same' : again.length === 36 ? 'other' : again).toBe(expected);
  });
});

describe('a pipeline that is gone', () => {
  test.each<Unverified['stopping']>(['found', 'gone'])('is %s while it stops', async (stopping) => {
    await using chime = await pipelinesHarness({ assumed: { stopping } });
    const capture = await chime.capture(await chime.meet());
    await chime.clock.advance(5_000);
    await chime.stop(capture);
    if (stopping === 'found') expect(await chime.status(capture)).toBe('Stopping');
    else expect(await refusalOf(chime.status(capture))).toEqual(notFound);
    await chime.clock.advance(2_000);
    expect(await refusalOf(chime.stop(capture))).toEqual(notFound);
  });

  test.each([
    ['unknown', meetingId, notFound],
    ['of no form', 'a', badRequest],
  ])('or %s', async (_, MediaPipelineId, refusal) => {
    await using chime = await pipelinesHarness();
    expect(await refusalOf(chime.status(MediaPipelineId))).toEqual(refusal);
    expect(await refusalOf(chime.stop(MediaPipelineId))).toEqual(refusal);
  });

  test('or in another region, or of another kind', async () => {
    await using chime = await pipelinesHarness();
    const capture = await chime.capture(await chime.meet());
    const join = await chime.join(capture);
    const get = (MediaPipelineId: string) => new GetMediaCapturePipelineCommand({ MediaPipelineId });
    expect((await chime.client().send(get(capture))).MediaCapturePipeline?.MediaPipelineId).toBe(capture);
    expect(await refusalOf(chime.client('us-east-1').send(get(capture)))).toEqual(notFound);
    expect(await refusalOf(chime.client().send(get(join)))).toEqual(notFound);
  });
});

describe('missing by name', () => {
  test.each([
    ['ListMediaPipelines', new ListMediaPipelinesCommand({})],
    ['CreateMediaLiveConnectorPipeline', new CreateMediaLiveConnectorPipelineCommand({ Sources: [], Sinks: [] })],
  ])('%s', async (name, command) => {
    await using chime = await pipelinesHarness();
    const error = await failureOf(chime.client().send(command as unknown as ListMediaPipelinesCommand));
    expect(error).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect(error.message).toContain(name);
  });
});
