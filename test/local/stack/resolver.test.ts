import { describe, expect, test } from 'vitest';
import { Resolver } from '../../../local/stack/resolver.ts';

const place = { region: 'ca-central-1', accountId: '123456789012', stage: 'test' };
const resources = {
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': 'b-${AWS::AccountId}-${AWS::Region}' } } },
  Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'entries' } },
  Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
};
const resolver = new Resolver(resources, ['storeResults'], place);

test.each<[what: string, value: unknown, resolved: unknown]>([
  ['a bucket is its name', { Ref: 'Bucket' }, 'b-123456789012-ca-central-1'],
  ['a queue is its ARN, named like the resource', { Ref: 'Queue' }, 'arn:aws:sqs:ca-central-1:123456789012:Queue'],
  ['an ARN', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:dynamodb:ca-central-1:123456789012:table/entries'],
  [
    'the ARN of a function',
    { 'Fn::GetAtt': ['StoreResultsLambdaFunction', 'Arn'] },
    'arn:aws:lambda:ca-central-1:123456789012:function:storeResults',
  ],
  [
    'references inside a text',
    { 'Fn::Sub': '${Bucket.Arn}/jobs/* in ${AWS::Partition}' },
    'arn:aws:s3:::b-123456789012-ca-central-1/jobs/* in aws',
  ],
  ['what is literal in a text', { 'Fn::Sub': '${!Bucket}' }, '${!Bucket}'],
  ['a text that is a list', { 'Fn::Split': [',', { 'Fn::Sub': 'a,${AWS::Partition}' }] }, ['a', 'aws']],
  ['references deep inside', [{ a: { Ref: 'Table' }, n: 1, none: null }], [{ a: 'entries', n: 1, none: null }]],
])('%s', (_, value, resolved) => expect(resolver.resolve(value)).toEqual(resolved));

describe('refuses by name', () => {
  test.each<[what: string, value: unknown, message: string]>([
    ['an intrinsic', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue is not known'],
    ['an attribute', { 'Fn::GetAtt': ['Queue', 'QueueName'] }, 'Fn::GetAtt Queue.QueueName is not known'],
    ['an attribute inside a text', { 'Fn::Sub': '${Table.StreamArn}' }, 'Table.StreamArn is not known'],
    ['a reference to nothing', { Ref: 'Nowhere' }, 'there is no resource Nowhere'],
    ['a function that is none', { 'Fn::GetAtt': ['LoseResultsLambdaFunction', 'Arn'] }, 'no resource LoseResults'],
    ['the ARN of what has none here', { 'Fn::GetAtt': ['Alarm', 'Arn'] }, 'Alarm has no ARN'],
  ])('%s', (_, value, message) => expect(() => resolver.resolve(value)).toThrow(message));
});
