import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
  await server.s3.createBucket('plain');
  await server.s3.createBucket('full', {
    documents: {
      encryption: {
        Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key' } }],
      },
      lifecycle: {
        Rule: [
          { ID: 'one', Filter: { Prefix: 'a/' }, Status: 'Enabled', Expiration: { Days: 3 } },
          { ID: 'two', Filter: { Prefix: '' }, Status: 'Disabled', Expiration: { Days: 4 } },
        ],
      },
      notification: { EventBridgeConfiguration: {} },
      publicAccessBlock: { BlockPublicAcls: true, BlockPublicPolicy: false },
      'object-lock': { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 5 } } },
      policy: '{"Version":"2012-10-17"}',
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

/** What the client makes of each document. */
const ask: Record<string, (Bucket: string) => Promise<object>> = {
  encryption: (Bucket) => server.client.send(new s3.GetBucketEncryptionCommand({ Bucket })),
  lifecycle: (Bucket) => server.client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket })),
  notification: (Bucket) => server.client.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket })),
  publicAccessBlock: (Bucket) => server.client.send(new s3.GetPublicAccessBlockCommand({ Bucket })),
  'object-lock': (Bucket) => server.client.send(new s3.GetObjectLockConfigurationCommand({ Bucket })),
  policy: (Bucket) => server.client.send(new s3.GetBucketPolicyCommand({ Bucket })),
};

test.each<[kind: string, answer: object]>([
  [
    'encryption',
    {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key' } }],
      },
    },
  ],
  [
    'lifecycle',
    {
      Rules: [
        { ID: 'one', Filter: { Prefix: 'a/' }, Status: 'Enabled', Expiration: { Days: 3 } },
        { ID: 'two', Status: 'Disabled', Expiration: { Days: 4 } },
      ],
    },
  ],
  ['notification', { EventBridgeConfiguration: {} }],
  ['publicAccessBlock', { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false } }],
  [
    'object-lock',
    {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 5 } },
      },
    },
  ],
  ['policy', { Policy: '{"Version":"2012-10-17"}' }],
])('a client reads the %s of a bucket', async (kind, answer) => {
  expect(await ask[kind]?.('full')).toMatchObject(answer);
});

test.each([
  ['lifecycle', 'NoSuchLifecycleConfiguration'],
  ['publicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'],
  ['object-lock', 'ObjectLockConfigurationNotFoundError'],
  ['policy', 'NoSuchBucketPolicy'],
])('a bucket without %s answers %s', async (kind, name) => {
  await expect(ask[kind]?.('plain')).rejects.toMatchObject({ name });
  await expect(ask[kind]?.('none')).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('a bucket without a key of its own is encrypted by S3', async () => {
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
  expect(await ask['encryption']?.('plain')).toMatchObject({ ServerSideEncryptionConfiguration: { Rules: [rule] } });
  expect(await ask['notification']?.('plain')).not.toHaveProperty('EventBridgeConfiguration');
});

test.each(Object.keys(ask))('no client can write the %s', async (kind) => {
  const answer = await server.send('PUT', `/plain?${kind}`, {}, 'x');
  expect([answer.status, codeOf(answer)]).toEqual([501, 'NotImplemented']);
});
