import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toSounds } from '../../../pipeline/edge/sounds.ts';
import { startServer } from '../../local/services/s3/server.ts';

const key = 'speech/0123.mp3';
const kmsKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/data';
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
  await server.client.send(new CreateBucketCommand({ Bucket: 'speech' }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await server.client.send(new PutBucketVersioningCommand({ Bucket: 'speech', VersioningConfiguration }));
  await server.client.send(new CreateBucketCommand({ Bucket: 'forgetful' }));
});
afterAll(() => server[Symbol.asyncDispose]());

test('what is kept is found again, in its newest version, encrypted with the key', async () => {
  const sounds = toSounds('speech', kmsKeyId, server.client);
  expect(await sounds.find(key)).toBeUndefined();
  const first = await sounds.keep(key, new Uint8Array([1, 2]));
  const second = await sounds.keep(key, new Uint8Array([3]));
  expect([first.versionId === second.versionId, await sounds.find(key)]).toEqual([false, second]);
  const address = { Bucket: first.bucket, Key: first.key, VersionId: first.versionId };
  const object = await server.client.send(new GetObjectCommand(address));
  const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId, BucketKeyEnabled: true };
  expect(object).toMatchObject({ ContentType: 'audio/mpeg', ...encrypted });
  expect(await object.Body?.transformToByteArray()).toEqual(new Uint8Array([1, 2]));
});

test('a bucket without versions is a fault of the configuration', async () => {
  await expect(toSounds('forgetful', kmsKeyId, server.client).keep(key, new Uint8Array([1]))).rejects.toMatchObject({
    name: 'ConfigurationInvalid',
    message: 'configuration: SPEECH_BUCKET keeps no versions',
  });
});

test('a bucket that cannot be reached is busy, not empty', async () => {
  const client = new S3Client({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  await expect(toSounds('speech', kmsKeyId, client).find(key)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});
