import { describe, expect, test } from 'vitest';
import { toCreatedObjects, toFailedJob } from '../../../pipeline/recording/events.ts';

const bridge = (object: object, more: object = {}) => ({
  version: '0',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  detail: { version: '0', bucket: { name: 'b' }, object, 'request-id': 'r', ...more },
});
const record = (object: object, eventName = 'ObjectCreated:Put', eventVersion = '2.1') => ({
  eventVersion,
  eventName,
  s3: { bucket: { name: 'b' }, object },
});

describe('the EventBridge form', () => {
  test.each<[string, object, object]>([
    [
      'with a version',
      { key: 'recordings/m 1/a+b%20c.mp4', size: 12, etag: 'e-3', 'version-id': 'v1', sequencer: '00' },
      { bucket: 'b', key: 'recordings/m 1/a+b%20c.mp4', size: 12, etag: 'e-3', versionId: 'v1' },
    ],
    ['of a bucket without versions', { key: 'k', size: 1, etag: 'e' }, { bucket: 'b', key: 'k', size: 1, etag: 'e' }],
    ['of an empty object', { key: 'k' }, { bucket: 'b', key: 'k', size: 0, etag: '' }],
  ])('%s; its key is taken as it is', (_, object, expected) => {
    expect(toCreatedObjects(bridge(object, { 'event-version': '2' }))).toEqual([expected]);
  });
});

describe('the notification form', () => {
  test('tells of every record, its key decoded, whatever the version of the event', () => {
    const event = {
      Records: [
        record({ key: 'recordings/m+1/visit%2Bone.mp4', size: 5, eTag: 'e', versionId: 'v' }),
        record(
          { key: 'recordings/m1/caf%C3%A9+%F0%9F%A9%BA.mp4', size: 6, eTag: 'f' },
          'ObjectCreated:CompleteMultipartUpload',
          '2.6',
        ),
      ],
    };
    expect(toCreatedObjects(event)).toEqual([
      { bucket: 'b', key: 'recordings/m 1/visit+one.mp4', size: 5, etag: 'e', versionId: 'v' },
      { bucket: 'b', key: 'recordings/m1/café 🩺.mp4', size: 6, etag: 'f' },
    ]);
  });

  test.each(['s3:ObjectCreated:Put', 's3:ObjectCreated:CompleteMultipartUpload', 'ObjectCreated:Copy'])(
    'with an event by the name of %s tells of its object',
    (eventName) => {
      expect(toCreatedObjects({ Records: [record({ key: 'k', size: 1, eTag: 'e' }, eventName)] })).toHaveLength(1);
    },
  );

  test.each<[string, object]>([
    ['absent', {}],
    ['null', { versionId: null }],
    ['empty', { versionId: '' }],
    ['the one of suspended versioning, which every object has', { versionId: 'null' }],
  ])('without a version: %s', (_, version) => {
    const object = { key: 'k', size: 1, eTag: '"e"', ...version };
    expect(toCreatedObjects({ Records: [record(object)] })).toEqual([{ bucket: 'b', key: 'k', size: 1, etag: 'e' }]);
    const { eTag, ...rest } = object;
    const asEvent = { ...rest, etag: eTag, 'version-id': 'versionId' in rest ? rest.versionId : undefined };
    expect(toCreatedObjects(bridge(asEvent))).toEqual([{ bucket: 'b', key: 'k', size: 1, etag: 'e' }]);
  });

  test('with a size and a tag of null is of an empty object', () => {
    expect(toCreatedObjects({ Records: [record({ key: 'k', size: null, eTag: null })] })).toEqual([
      { bucket: 'b', key: 'k', size: 0, etag: '' },
    ]);
  });

  test('with a key that nobody encoded takes it as it is', () => {
    expect(toCreatedObjects({ Records: [record({ key: 'recordings/m/100% better.mp4' })] })).toMatchObject([
      { key: 'recordings/m/100% better.mp4' },
    ]);
  });

  test.each([
    'ObjectRemoved:Delete',
    's3:ObjectRemoved:DeleteMarkerCreated',
    's3:ObjectRestore:Completed',
    'x:ObjectCreated:',
  ])('passes over %s', (eventName) => {
    expect(toCreatedObjects({ Records: [record({ key: 'k' }, eventName)] })).toEqual([]);
  });

  test('of nothing tells of nothing', () => {
    expect(toCreatedObjects({ Records: [] })).toEqual([]);
  });

  test('of the test that S3 sends tells of nothing', () => {
    expect(toCreatedObjects({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' })).toEqual([]);
  });
});

test.each([
  ['another EventBridge event', { ...bridge({ key: 'k' }), 'detail-type': 'Object Deleted' }],
  ['an event without its object', { 'detail-type': 'Object Created', detail: { bucket: { name: 'b' } } }],
  ['a record without its key', { Records: [record({ size: 1 })] }],
  ['nothing', null],
  ['a string', 'ObjectCreated'],
])('%s is refused, so that it ends in the dead-letter queue', (_, event) => {
  expect(() => toCreatedObjects(event)).toThrow(expect.objectContaining({ name: 'EventUnknown' }));
});

describe('of the state of a job', () => {
  const event = (TranscriptionJobStatus: string, more: object = {}) => ({
    'detail-type': 'Transcribe Job State Change',
    detail: { TranscriptionJobName: 'visit', TranscriptionJobStatus },
    ...more,
  });
  test.each<[string, unknown, string | undefined]>([
    ['a failure', event('FAILED'), 'visit'],
    ['an end that is none', event('COMPLETED'), undefined],
    ['of another feature', event('FAILED', { 'detail-type': 'Call Analytics Job State Change' }), undefined],
    ['an object', bridge({ key: 'k' }), undefined],
    ['nothing', null, undefined],
  ])('%s names the failed job, or none', (_, given, job) => expect(toFailedJob(given)).toBe(job));
});
