import * as s3 from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, type Server, startServer } from './server.ts';

const Bucket = 'configured';
let server: Server;

beforeEach(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket);
});
afterEach(() => server[Symbol.asyncDispose]());

describe('buckets', () => {
  test('are created, listed, found and deleted', async () => {
    await server.client.send(new s3.CreateBucketCommand({ Bucket: 'another' }));
    const { Buckets = [] } = await server.client.send(new s3.ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual(['another', Bucket]);
    const location = await server.client.send(new s3.GetBucketLocationCommand({ Bucket: 'another' }));
    expect(location.LocationConstraint).toBe('eu-west-1');
    await server.client.send(new s3.DeleteBucketCommand({ Bucket: 'another' }));
    const head = server.client.send(new s3.HeadBucketCommand({ Bucket: 'another' }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('exist once', async () => {
    const again = server.client.send(new s3.CreateBucketCommand({ Bucket }));
    await expect(again).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  });

  test('belong to the region', async () => {
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    const elsewhere = server.client.send(
      new s3.CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration }),
    );
    await expect(elsewhere).rejects.toMatchObject({ name: 'IllegalLocationConstraintException' });
    expect(codeOf(await server.send('PUT', '/nowhere'))).toBe('IllegalLocationConstraintException');
  });

  test('go only when the last version has gone', async () => {
    await server.s3.createBucket('versioned', { versioned: true });
    const one = { Bucket: 'versioned', Key: 'a' };
    const { VersionId } = await server.client.send(new s3.PutObjectCommand({ ...one, Body: 'x' }));
    const marker = await server.client.send(new s3.DeleteObjectCommand(one));
    const remove = () => server.client.send(new s3.DeleteBucketCommand({ Bucket: 'versioned' }));
    await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await server.client.send(new s3.DeleteObjectCommand({ ...one, VersionId }));
    await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await server.client.send(new s3.DeleteObjectCommand({ ...one, VersionId: marker.VersionId }));
    await expect(remove()).resolves.toBeDefined();
  });

  test.each(['ab', 'a'.repeat(64), 'Upper', 'under_score', '-a-', 'a..b', '10.0.0.1', 'xn--a', 'a-s3alias', 'é-é'])(
    'cannot be called %s',
    async (name) => {
      expect(codeOf(await server.send('PUT', `/${encodeURIComponent(name)}`))).toBe('InvalidBucketName');
      await expect(server.s3.createBucket(name)).rejects.toMatchObject({ code: 'InvalidBucketName' });
    },
  );
});

describe('configuration documents', () => {
  test('notification', async () => {
    const none = await server.client.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(none.EventBridgeConfiguration).toBeUndefined();
    const NotificationConfiguration = {
      EventBridgeConfiguration: {},
      QueueConfigurations: [
        {
          Id: 'q',
          QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:q',
          Events: ['s3:ObjectCreated:*' as const],
          Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'recordings/' }] } },
        },
      ],
    };
    await server.client.send(new s3.PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    const kept = await server.client.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(kept).toMatchObject(NotificationConfiguration);
  });

  test('encryption, which new objects get', async () => {
    const rules = async () => {
      const answer = await server.client.send(new s3.GetBucketEncryptionCommand({ Bucket }));
      return answer.ServerSideEncryptionConfiguration?.Rules?.[0];
    };
    expect((await rules())?.ApplyServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: 'AES256' });
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'alias/medical' };
    const rule = { ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true };
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    await server.client.send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    expect(await rules()).toEqual(rule);
    const put = await server.client.send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    const asked = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/medical', BucketKeyEnabled: true };
    expect(put).toMatchObject(asked);
    expect(await server.client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'b' }))).toMatchObject(asked);
    const plain = new s3.PutObjectCommand({ Bucket, Key: 'c', Body: 'x', ServerSideEncryption: 'AES256' });
    expect((await server.client.send(plain)).SSEKMSKeyId).toBeUndefined();
    await server.client.send(new s3.DeleteBucketEncryptionCommand({ Bucket }));
    expect((await rules())?.ApplyServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: 'AES256' });
  });

  test('versioning', async () => {
    const status = async () => (await server.client.send(new s3.GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await status()).toBeUndefined();
    for (const Status of ['Enabled', 'Suspended'] as const) {
      const VersioningConfiguration = { Status };
      await server.client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      expect(await status()).toBe(Status);
    }
  });

  test('lifecycle', async () => {
    const get = () => server.client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
    const Rules = [
      { ID: 'expire', Status: 'Enabled' as const, Filter: { Prefix: 'captures/' }, Expiration: { Days: 30 } },
    ];
    const LifecycleConfiguration = { Rules };
    await server.client.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    expect((await get()).Rules).toEqual(Rules);
    await server.client.send(new s3.DeleteBucketLifecycleCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
  });

  test('policy', async () => {
    const get = () => server.client.send(new s3.GetBucketPolicyCommand({ Bucket }));
    const put = (Policy: string) => server.client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
    await expect(put('{}')).rejects.toMatchObject({ name: 'MalformedPolicy' });
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Resource: 'a<b' }] });
    await put(policy);
    expect((await get()).Policy).toBe(policy);
    await server.client.send(new s3.DeleteBucketPolicyCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  });

  test('public access block: all closed, as S3 makes a bucket', async () => {
    const get = () => server.client.send(new s3.GetPublicAccessBlockCommand({ Bucket }));
    expect((await get()).PublicAccessBlockConfiguration).toMatchObject({ BlockPublicAcls: true });
    const PublicAccessBlockConfiguration = { BlockPublicAcls: false, RestrictPublicBuckets: true };
    await server.client.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect((await get()).PublicAccessBlockConfiguration).toEqual(PublicAccessBlockConfiguration);
    await server.client.send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration' });
  });

  test('ownership controls', async () => {
    const get = () => server.client.send(new s3.GetBucketOwnershipControlsCommand({ Bucket }));
    expect((await get()).OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
    await server.client.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    expect((await get()).OwnershipControls).toEqual(OwnershipControls);
  });

  test('cors and tags', async () => {
    const CORSConfiguration = { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://viewer.example'] }] };
    await server.client.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration }));
    expect((await server.client.send(new s3.GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(
      CORSConfiguration.CORSRules,
    );
    const none = server.client.send(new s3.GetBucketTaggingCommand({ Bucket }));
    await expect(none).rejects.toMatchObject({ name: 'NoSuchTagSet' });
    const Tagging = { TagSet: [{ Key: 'stack', Value: 'local' }] };
    await server.client.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging }));
    expect((await server.client.send(new s3.GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(Tagging.TagSet);
  });

  test.each([
    ['versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>', 400],
    ['versioning', '<Other/>', 400],
    ['lifecycle', '<LifecycleConfiguration/>', 400],
    ['encryption', '<ServerSideEncryptionConfiguration/>', 400],
    ['notification', 'not XML', 400],
    ['notification', `<NotificationConfiguration>${' '.repeat(1024 ** 2)}</NotificationConfiguration>`, 400],
  ])('%s is refused when it is no such document', async (name, body, status) => {
    expect((await server.send('PUT', `/${Bucket}?${name}`, {}, body)).status).toBe(status);
  });
});
