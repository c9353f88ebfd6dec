import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Server, startServer } from './server.ts';

const Bucket = 'locked';
const Key = 'a';
let server: Server;

beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server[Symbol.asyncDispose]());

describe.each(['GOVERNANCE', 'COMPLIANCE'] as const)('a bucket that locks by %s', (mode) => {
  beforeEach(() => server.s3.createBucket(Bucket, { versioned: true, lock: { mode, days: 10 } }));
  const put = (Body: string) => server.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const remove = (VersionId?: string) => server.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));

  test('says of each version until when', async () => {
    await put('1');
    const head = await server.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.ObjectLockMode).toBe(mode);
    const days = (Number(head.ObjectLockRetainUntilDate) - Number(head.LastModified)) / 86_400_000;
    expect(days).toBe(10);
  });

  test('takes no version away before that, and may hide it', async () => {
    const { VersionId } = await put('1');
    await expect(remove(VersionId)).rejects.toMatchObject({ name: 'AccessDenied' });
    await remove();
    const head = await server.client.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
    expect(head.ContentLength).toBe(1);
  });

  test('keeps what another write stands before', async () => {
    const { VersionId } = await put('1');
    await put('2');
    await expect(remove(VersionId)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

test('a bucket without a lock takes versions away, and a write cannot ask for one', async () => {
  await server.s3.createBucket(Bucket, { versioned: true });
  const { VersionId } = await server.client.send(new PutObjectCommand({ Bucket, Key, Body: '1' }));
  await server.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  const asked = new PutObjectCommand({ Bucket, Key, Body: '1', ObjectLockMode: 'GOVERNANCE' });
  await expect(server.client.send(asked)).rejects.toMatchObject({ name: 'NotImplemented' });
});
