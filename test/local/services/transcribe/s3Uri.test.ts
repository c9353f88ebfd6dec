import { expect, test } from 'vitest';
import { parseS3Uri } from '../../../../local/services/transcribe/s3Uri.ts';

test.each([
  ['s3://rec/a/b c%20.mp4', { bucket: 'rec', key: 'a/b c%20.mp4' }],
  ['https://s3.amazonaws.com/rec/a.mp4', { bucket: 'rec', key: 'a.mp4' }],
  ['https://s3.eu-west-1.amazonaws.com/rec/a/b%20c.mp4', { bucket: 'rec', key: 'a/b c.mp4', region: 'eu-west-1' }],
  ['http://s3-us-gov-west-1.amazonaws.com/rec/a', { bucket: 'rec', key: 'a', region: 'us-gov-west-1' }],
  ['https://my.rec.s3.af-south-1.amazonaws.com/a/b', { bucket: 'my.rec', key: 'a/b', region: 'af-south-1' }],
  ['https://rec.s3.amazonaws.com/a', { bucket: 'rec', key: 'a' }],
  ['https://s3.cn-north-1.amazonaws.com.cn/rec/a', { bucket: 'rec', key: 'a', region: 'cn-north-1' }],
  ['s3://rec', undefined],
  ['s3://rec/', undefined],
  ['https://s3.eu-west-1.amazonaws.com/rec', undefined],
  ['https://s3.eu-west-1.amazonaws.com/rec/a.mp4?X-Amz-Signature=1', undefined],
  ['https://s3.eu-west-1.amazonaws.com/rec/%E0%A4%A', undefined],
  ['https://s3.eu-west-1.amazonaws.com.example.org/rec/a', undefined],
  ['https://example.org/rec/a', undefined],
  ['not an address', undefined],
])('%s', (uri, location) => {
  expect(parseS3Uri(uri)).toEqual(location);
});
