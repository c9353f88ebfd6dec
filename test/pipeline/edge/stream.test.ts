import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { toChanges } from '../../../pipeline/edge/stream.ts';

const image = (hash: string) => marshall({ pk: 'MEETING#m', meetingId: 'm', sequence: 4, hash, detail: { size: 3 } });
const byTimeToLive = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

/** As Lambda hands them over. */
const record = (eventName: string, was: string | undefined, is: string | undefined, userIdentity?: object) =>
  ({
    eventID: 'c4ca4238a0b923820dcc509a6f75849b',
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    dynamodb: {
      ApproximateCreationDateTime: 1_782_000_000,
      Keys: marshall({ pk: 'MEETING#m', sk: 'x' }),
      ...(is === undefined ? {} : { NewImage: image(is) }),
      ...(was === undefined ? {} : { OldImage: image(was) }),
      SequenceNumber: '4421584500000000017450439091',
      SizeBytes: 26,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn:aws:dynamodb:eu-west-1:111122223333:table/medzen-meeting-audit/stream/2026-11-28T00:00:00.000',
    ...(userIdentity && { userIdentity }),
  }) as unknown as DynamoDBRecord;

test.each<[DynamoDBRecord, kind: string, hash: string]>([
  [record('INSERT', undefined, 'a'), 'inserted', 'a'],
  [record('MODIFY', 'a', 'b'), 'modified', 'a'],
  [record('REMOVE', 'a', undefined), 'removed', 'a'],
  [record('REMOVE', 'a', undefined, byTimeToLive), 'expired', 'a'],
  // A person who has the service's name is not the service.
  [record('REMOVE', 'a', undefined, { ...byTimeToLive, type: 'IAMUser' }), 'removed', 'a'],
])('%#: a record is %s', (one, kind, hash) => {
  expect(toChanges({ Records: [one] })).toEqual([
    { kind, entry: { pk: 'MEETING#m', meetingId: 'm', sequence: 4, hash, detail: { size: 3 } } },
  ]);
});
