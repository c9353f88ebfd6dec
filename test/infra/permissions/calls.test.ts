import { describe, expect, test } from 'vitest';
import type { ObservedCall } from '../../../local/services/gateway.ts';
import type { JsonObject } from '../../../local/services/jsonService.ts';
import { toIamCalls } from './calls.ts';
import type { Policies } from './policies.ts';

const place = { stage: 'local', region: 'eu-west-1', accountId: '111122223333' };
const policies: Policies = {
  roleOf: new Map(),
  roles: new Map(),
  denials: [],
  allowedTo: () => [],
  keyOf: (arn) => `key of ${arn}`,
  logGroupOf: (name) => name,
};
const caller = { accessKeyId: 'storeResults', region: 'eu-west-1' };
const json = (target: string, operation: string, input: JsonObject): ObservedCall => ({
  ...caller,
  target,
  operation,
  input,
});
const s3 = (method: string, url: string, status = 200, headers: Record<string, string> = {}): ObservedCall => ({
  ...caller,
  target: 's3',
  method,
  url,
  status,
  headers,
  bytes: 0,
});
const dynamodb = 'DynamoDB_20120810';
const table = (name: string) => `arn:aws:dynamodb:eu-west-1:111122223333:table/${name}`;
const decrypt = (arn: string): [string, string] => ['kms:Decrypt', `key of ${arn}`];
const encrypt = (arn: string): [string, string] => ['kms:GenerateDataKey', `key of ${arn}`];
const event = (Source: string) => ({ Source, DetailType: 'd', Detail: '{}' });
const bucket = 'arn:aws:s3:::b';
const appInstance = 'arn:aws:chime:eu-central-1:111122223333:app-instance/a';
const object = 'arn:aws:s3:::b/k/ä b';
const url = '/b/k/%C3%A4%20b';

test.each<[string, ObservedCall, [action: string, resource: string][]]>([
  ['a read', s3('GET', url), [['s3:GetObject', object], decrypt(bucket)]],
  ['a read of a version', s3('GET', `${url}?versionId=1`), [['s3:GetObjectVersion', object], decrypt(bucket)]],
  [
    'a read of nothing',
    s3('GET', url, 404),
    [
      ['s3:GetObject', object],
      ['s3:ListBucket', bucket],
    ],
  ],
  ['a look', s3('HEAD', url), [['s3:GetObject', object]]],
  [
    'a look at the checksum',
    s3('HEAD', url, 200, { 'x-amz-checksum-mode': 'ENABLED' }),
    [['s3:GetObject', object], decrypt(bucket)],
  ],
  ['a write', s3('PUT', `${url}?x-id=PutObject`), [['s3:PutObject', object], encrypt(bucket)]],
  ['a part', s3('PUT', `${url}?partNumber=1&uploadId=u`), [['s3:PutObject', object], encrypt(bucket), decrypt(bucket)]],
  ['a list', s3('GET', '/b?list-type=2&prefix=k%2F'), [['s3:ListBucket', bucket]]],
  ['a list of versions', s3('GET', '/b?versions&prefix=k%2F'), [['s3:ListBucketVersions', bucket]]],
  ['a version taken away', s3('DELETE', `${url}?versionId=1`), [['s3:DeleteObjectVersion', object]]],
  ['an upload given up', s3('DELETE', `${url}?uploadId=u`), [['s3:AbortMultipartUpload', object]]],
  [
    'a transaction',
    json(dynamodb, 'TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'a', Item: { pk: { S: 'CHAIN#m' } } } },
        { Delete: { TableName: 'b', Key: { pk: { S: 'INTAKE#f' } } } },
      ],
    }),
    [['dynamodb:PutItem', table('a')], decrypt(table('a')), ['dynamodb:DeleteItem', table('b')], decrypt(table('b'))],
  ],
  [
    'a job',
    json('Transcribe', 'StartTranscriptionJob', {
      Media: { MediaFileUri: 's3://b/k/ä b' },
      OutputBucketName: 'out',
      OutputKey: 'jobs/rec-1.json',
    }),
    [
      ['transcribe:StartTranscriptionJob', '*'],
      ['s3:GetObject', object],
      decrypt(bucket),
      ['s3:PutObject', 'arn:aws:s3:::out/jobs/rec-1.json'],
      encrypt('arn:aws:s3:::out'),
    ],
  ],
  [
    'a look at a job',
    json('Transcribe', 'GetMedicalTranscriptionJob', { MedicalTranscriptionJobName: 'rec-1' }),
    [
      [
        'transcribe:GetMedicalTranscriptionJob',
        'arn:aws:transcribe:eu-west-1:111122223333:medical-transcription-job/rec-1',
      ],
    ],
  ],
  ['a meeting', json('chime', 'CreateMeeting', { ClientRequestToken: 't' }), [['chime:CreateMeeting', '*']]],
  [
    'a meeting with attendees and tags',
    json('chime', 'CreateMeetingWithAttendees', { Tags: [] }),
    [
      ['chime:CreateMeetingWithAttendees', '*'],
      ['chime:TagResource', '*'],
    ],
  ],
  [
    'an attendee of a meeting that another region controls',
    { ...json('chime', 'CreateAttendee', { MeetingId: 'm', ExternalUserId: 'u' }), region: 'eu-central-1' },
    [['chime:CreateAttendee', 'arn:aws:chime:eu-central-1:111122223333:meeting/id']],
  ],
  [
    'a meeting that never is',
    json('chime', 'GetMeeting', { MeetingId: '00000000-0000-0000-0000-000000000000' }),
    [['chime:GetMeeting', 'arn:aws:chime:eu-west-1:111122223333:meeting/00000000-0000-0000-0000-000000000000']],
  ],
  [
    'live transcription of a meeting',
    json('chime', 'StartMeetingTranscription', { MeetingId: 'm' }),
    [['chime:StartMeetingTranscription', '*']],
  ],
  [
    'a capture with tags',
    json('chime', 'CreateMediaCapturePipeline', { SinkArn: `${bucket}/captures/m`, Tags: [] }),
    [
      ['chime:CreateMediaCapturePipeline', '*'],
      ['s3:GetBucketPolicy', bucket],
      ['s3:GetBucketLocation', bucket],
      ['chime:TagResource', '*'],
    ],
  ],
  [
    'a recording that is joined',
    json('chime', 'CreateMediaConcatenationPipeline', {
      Sinks: [{ S3BucketSinkConfiguration: { Destination: `${bucket}/recordings/m` } }],
    }),
    [
      ['chime:CreateMediaConcatenationPipeline', '*'],
      ['s3:GetBucketPolicy', bucket],
      ['s3:GetBucketLocation', bucket],
    ],
  ],
  ['a user of the chat', json('chime', 'CreateAppInstanceUser', {}), [['chime:CreateAppInstanceUser', '*']]],
  [
    'a channel of the chat',
    json('chime', 'CreateChannel', { ChimeBearer: `${appInstance}/user/u` }),
    [['chime:CreateChannel', `${appInstance}/user/id`]],
  ],
  [
    'a message',
    json('chime', 'SendChannelMessage', {
      ChimeBearer: `${appInstance}/user/u`,
      ChannelArn: `${appInstance}/channel/c`,
    }),
    [
      ['chime:SendChannelMessage', `${appInstance}/user/id`],
      ['chime:SendChannelMessage', `${appInstance}/channel/id`],
    ],
  ],
  [
    'a capture that another region controls',
    { ...json('chime', 'DeleteMediaCapturePipeline', { MediaPipelineId: 'p' }), region: 'eu-central-1' },
    [['chime:DeleteMediaCapturePipeline', 'arn:aws:chime:eu-central-1:111122223333:media-pipeline/id']],
  ],
  [
    'two events',
    json('AWSEvents', 'PutEvents', { Entries: [event('a'), event('b')] }),
    [
      ['events:PutEvents', 'arn:aws:events:eu-west-1:111122223333:event-bus/default'],
      ['events:PutEvents', 'arn:aws:events:eu-west-1:111122223333:event-bus/default'],
    ],
  ],
])('%s', (_, call, expected) => {
  expect(toIamCalls(call, place, policies).map(({ action, resource }) => [action, resource])).toEqual(expected);
});

test('a call has the region of its credentials, and a key the service and the context of its use', () => {
  const call = { ...s3('PUT', url), region: 'us-east-1' };
  expect(toIamCalls(call, place, policies).at(-1)).toEqual({
    principal: 'storeResults',
    action: 'kms:GenerateDataKey',
    resource: `key of ${bucket}`,
    conditions: {
      'aws:RequestedRegion': 'us-east-1',
      'aws:SecureTransport': 'true',
      'kms:ViaService': 's3.eu-west-1.amazonaws.com',
      'kms:EncryptionContext:aws:s3:arn': bucket,
    },
  });
});

test.each(['list-type=2', 'versions'])('a list (%s) brings what its keys begin with', (query) => {
  const [asked] = toIamCalls(s3('GET', `/b?${query}&prefix=k%2F`), place, policies);
  expect(asked?.conditions).toMatchObject({ 's3:prefix': 'k/' });
});

test('an event brings its source and its kind', () => {
  const call = json('AWSEvents', 'PutEvents', { Entries: [event('medzen.call')] });
  const [asked] = toIamCalls(call, place, policies);
  expect(asked?.conditions).toMatchObject({ 'events:source': 'medzen.call', 'events:detail-type': 'd' });
});

describe('a call without a mapping is refused by name', () => {
  test.each<[ObservedCall, RegExp]>([
    [s3('DELETE', url), /S3 DELETE/],
    [s3('GET', '/b?location'), /GET of b/],
    [s3('PUT', url, 200, { 'x-amz-copy-source': '/b/other' }), /S3 PUT/],
    [json(dynamodb, 'Scan', { TableName: 'a' }), /DynamoDB Scan/],
    [
      json(dynamodb, 'TransactWriteItems', { TransactItems: [{ ConditionCheck: { TableName: 'a' } }] }),
      /ConditionCheck/,
    ],
    [json('AWSStepFunctions', 'SendTaskFailure', {}), /SendTaskFailure/],
    [json('AmazonSQS', 'SendMessage', {}), /AmazonSQS\.SendMessage/],
    [json('AWSEvents', 'PutRule', {}), /EventBridge PutRule/],
    [json('Transcribe', 'ListTranscriptionJobs', {}), /no TranscriptionJobName/],
    [json('chime', 'ListMediaPipelines', {}), /no MeetingId/],
  ])('%#', (call, message) => {
    expect(() => toIamCalls(call, place, policies)).toThrow(message);
  });
});
