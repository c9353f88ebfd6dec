import { ChimeSDKMeetingsClient, GetMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { absent, toLooks } from '../../../pipeline/edge/looks.ts';
import { dependencies, type Dependency } from '../../../pipeline/health.ts';
import { serviceError } from './serviceError.ts';

const region = 'eu-west-1';
const clients = {
  chime: new ChimeSDKMeetingsClient({ region }),
  dynamodb: new DynamoDBClient({ region }),
  s3: new S3Client({ region }),
  sfn: new SFNClient({ region }),
};
const mocks = {
  meetings: mockClient(clients.chime),
  audit: mockClient(clients.dynamodb),
  recordings: mockClient(clients.s3),
  workflow: mockClient(clients.sfn),
};
const places = {
  supabaseUrl: 'https://project.supabase.co',
  supabaseKey: 'sb_publishable_key',
  controlRegion: 'eu-central-1',
  workflowTable: 'workflow',
  recordingsBucket: 'recordings',
  stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:transcription',
};
const looks = toLooks(places, clients);
const look = (dependency: Dependency) => looks[dependency](new AbortController().signal);
const fetched = vi.fn<typeof fetch>();

/** How each service says that there is nothing of what it was asked for. */
function allAnswer(): void {
  for (const mock of Object.values(mocks)) mock.reset();
  mocks.meetings.rejects(serviceError('NotFoundException', 404));
  mocks.audit.resolves({});
  mocks.recordings.resolves({ KeyCount: 0 });
  mocks.workflow.rejects(serviceError('ExecutionDoesNotExist'));
  fetched.mockReset().mockImplementation(async () => Response.json(true));
}

beforeEach(() => {
  allAnswer();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => void vi.unstubAllGlobals());

test.each(dependencies)('%s that finds nothing is there', async (dependency) => {
  await look(dependency);
});

test('each asks for what is not, and for nothing else', async () => {
  await Promise.all(dependencies.map(look));
  const inputs = Object.values(mocks).flatMap((mock) => mock.calls().map(({ args: [{ input }] }) => input));
  expect(inputs).toEqual([
    { MeetingId: absent.meeting },
    { TableName: 'workflow', Key: { pk: { S: 'HEALTH' }, sk: { S: 'HEALTH' } } },
    { Bucket: 'recordings', Prefix: 'health/', MaxKeys: 1 },
    {
      executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:transcription:health',
      includedData: 'METADATA_ONLY',
    },
  ]);
  const commands = [GetMeetingCommand, GetItemCommand, ListObjectsV2Command, DescribeExecutionCommand];
  expect(Object.values(mocks).map((mock, n) => mock.call(0).firstArg instanceof (commands[n] ?? Object))).toEqual(
    commands.map(() => true),
  );
});

test('the database is asked with the public key, which is no token', async () => {
  await look('database');
  const [url, init] = fetched.mock.calls[0] ?? [];
  const headers = new Headers(init?.headers);
  expect([url, headers.get('apikey'), headers.get('authorization')]).toEqual([
    'https://project.supabase.co/rest/v1/rpc/alive',
    'sb_publishable_key',
    null,
  ]);
});

test.each<[Exclude<Dependency, 'database'>, string, number, string]>([
  ['meetings', 'ServiceUnavailableException', 503, 'ServiceUnavailable'],
  ['meetings', 'ThrottledClientException', 429, 'Throttled'],
  ['meetings', 'ForbiddenException', 403, 'ForbiddenException'],
  ['audit', 'InternalServerError', 500, 'ServiceUnavailable'],
  ['audit', 'ResourceNotFoundException', 400, 'ResourceNotFoundException'],
  ['recordings', 'SlowDown', 503, 'Throttled'],
  ['recordings', 'NoSuchBucket', 404, 'NoSuchBucket'],
  ['workflow', 'StateMachineDoesNotExist', 400, 'StateMachineDoesNotExist'],
  ['workflow', 'AbortError', 0, 'ServiceUnavailable'],
])('%s that answers %s is not there, unless it is busy', async (dependency, error, status, name) => {
  mocks[dependency].reset();
  mocks[dependency].rejects(serviceError(error, status));
  await expect(look(dependency)).rejects.toMatchObject({ name });
});

test.each([
  [503, 'ServiceUnavailable'],
  [404, 'ServiceUnavailable'],
  [401, 'ServiceUnavailable'],
  [429, 'Throttled'],
])('a database that answers %i is %s', async (status, name) => {
  fetched.mockImplementation(async () => new Response(null, { status }));
  await expect(look('database')).rejects.toMatchObject({ name });
});

test.each(dependencies)('the look at %s ends with its signal', async (dependency) => {
  const aws = {
    region,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
    endpoint: 'http://127.0.0.1:1',
  };
  const real = toLooks(places, {
    chime: new ChimeSDKMeetingsClient(aws),
    dynamodb: new DynamoDBClient(aws),
    s3: new S3Client(aws),
    sfn: new SFNClient(aws),
  });
  fetched.mockImplementation((_, init) => Promise.reject(init?.signal?.reason as Error));
  await expect(real[dependency](AbortSignal.abort())).rejects.toThrow(/abort/i);
});
