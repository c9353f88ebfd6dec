import { expect, test } from 'vitest';
import { checkNames } from '../../infra/names.ts';

const bucket = (name: unknown) => ({
  Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name } } },
});
const anchors = (stage: string) => ({
  'Fn::Sub': `medzen-${stage}-audit-anchors-\${AWS::AccountId}-\${AWS::Region}`,
});

test.each<[what: string, name: unknown, region: string, faults: number]>([
  ['one that fits', anchors('prod'), 'ap-southeast-2', 0],
  ['one that just fits', anchors('fourteenletter'), 'ap-southeast-2', 0],
  ['one too long for this region', anchors('sixteenletterses'), 'ap-southeast-2', 1],
  ['the same elsewhere', anchors('sixteenletterses'), 'eu-west-1', 0],
  ['capitals in a bucket', 'Medzen-recordings', 'eu-west-1', 1],
  ['one that the stack is told', { 'Fn::Sub': '${Other}-'.padEnd(80, 'a') }, 'eu-west-1', 0],
  ['none', undefined, 'eu-west-1', 0],
])('%s', (_, name, region, faults) => expect(checkNames(bucket(name), region)).toHaveLength(faults));

test('a queue may have eighty characters', () => {
  const queue = (length: number) => ({
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q'.repeat(length) } } },
  });
  expect(checkNames(queue(80), 'eu-west-1')).toEqual([]);
  expect(checkNames(queue(81), 'eu-west-1')).toEqual([
    expect.stringMatching(/^Queue: the QueueName q+ has 81 characters/),
  ]);
});
