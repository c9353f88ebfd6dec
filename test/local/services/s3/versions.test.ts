import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, type Server, startServer } from './server.ts';

const Bucket = 'versioned';
let server: Server;

beforeEach(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket, { versioned: true });
});
afterEach(() => server[Symbol.asyncDispose]());

const put = (Key: string, Body: string) => server.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const text = async (Key: string, VersionId?: string) => {
  const { Body } = await server.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};
const remove = (Key: string, VersionId?: string) =>
  server.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));

test('every put is a version of its own, and each can be read', async () => {
  const first = await put('a', 'first');
  const second = await put('a', 'second');
  expect(first.VersionId).not.toBe(second.VersionId);
  expect(await text('a')).toBe('second');
  expect(await text('a', first.VersionId)).toBe('first');
  const head = await server.client.send(new HeadObjectCommand({ Bucket, Key: 'a', VersionId: first.VersionId }));
  expect(head).toMatchObject({ VersionId: first.VersionId, ETag: first.ETag });
});

test('a delete marker hides the object until it is deleted itself', async () => {
  const { VersionId } = await put('a', 'first');
  const marker = await remove('a');
  expect(marker.DeleteMarker).toBe(true);
  await expect(text('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  const answer = await server.send('GET', `/${Bucket}/a`);
  expect(answer.headers).toMatchObject({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.VersionId });
  expect(await text('a', VersionId)).toBe('first');
  await expect(text('a', marker.VersionId)).rejects.toMatchObject({
    name: 'MethodNotAllowed',
    $metadata: { httpStatusCode: 405 },
  });
  const byId = await server.send('GET', `/${Bucket}/a?versionId=${marker.VersionId}`);
  expect(byId.headers).toMatchObject({ allow: 'DELETE', 'x-amz-delete-marker': 'true' });
  await put('a', 'again');
  await remove('a', (await put('a', 'newest')).VersionId);
  expect(await text('a')).toBe('again');
});

test('deleting the marker brings the object back; deleting the version does away with it', async () => {
  const { VersionId } = await put('a', 'first');
  const marker = await remove('a');
  expect(await remove('a', marker.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
  expect(await text('a')).toBe('first');
  await remove('a', VersionId);
  await expect(text('a', VersionId)).rejects.toMatchObject({ name: 'NoSuchVersion' });
});

test('a version id that cannot be one is refused', async () => {
  await put('a', 'x');
  for (const method of ['GET', 'DELETE']) {
    expect(codeOf(await server.send(method, `/${Bucket}/a?versionId=nonsense`))).toBe('InvalidArgument');
  }
  expect(codeOf(await server.send('GET', `/${Bucket}/a?versionId=`))).toBe('InvalidArgument');
});

test('what was there before versioning is the null version', async () => {
  const late = { Bucket: 'late', Key: 'a' };
  await server.s3.createBucket(late.Bucket);
  const send = (Body: string) => server.client.send(new PutObjectCommand({ ...late, Body }));
  expect((await send('before')).VersionId).toBeUndefined();
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await server.client.send(new PutBucketVersioningCommand({ Bucket: late.Bucket, VersioningConfiguration }));
  await send('versioned');
  const get = async (VersionId?: string) => {
    const { Body } = await server.client.send(new GetObjectCommand({ ...late, VersionId }));
    return Body?.transformToString();
  };
  expect([await get('null'), await get()]).toEqual(['before', 'versioned']);
});

test('keys under a delete marker are not listed', async () => {
  await put('a', '1');
  await put('b', '2');
  await remove('a');
  const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['b']);
});

describe('the list of versions', () => {
  const line = ({ Key, VersionId, IsLatest }: DeleteMarkerEntry) => [Key, VersionId, IsLatest];
  const all = async (input: object = {}) => {
    const { Versions = [], DeleteMarkers = [] } = await server.client.send(
      new ListObjectVersionsCommand({ Bucket, ...input }),
    );
    return { versions: Versions.map(line), markers: DeleteMarkers.map(line) };
  };

  test('has every version and every marker, the newest of a key first', async () => {
    const first = await put('dir/a', '1');
    const second = await put('dir/a', '22');
    const marker = await remove('dir/a');
    const other = await put('b', '3');
    expect(await all()).toEqual({
      versions: [
        ['b', other.VersionId, true],
        ['dir/a', second.VersionId, false],
        ['dir/a', first.VersionId, false],
      ],
      markers: [['dir/a', marker.VersionId, true]],
    });
    expect((await all({ Prefix: 'dir/' })).versions.map(([key]) => key)).toEqual(['dir/a', 'dir/a']);
    const { Versions } = await server.client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'b' }));
    expect(Versions).toMatchObject([{ Size: 1, ETag: other.ETag, StorageClass: 'STANDARD' }]);
  });

  test.each([1, 2, 3, 1000])('in pages of %i has each once', async (pageSize) => {
    for (const key of ['a', 'a', 'b', 'c', 'a']) await put(key, key);
    await remove('b');
    const seen: (string | undefined)[] = [];
    let next: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> | undefined = {};
    while (next) {
      const input: ListObjectVersionsCommandInput = { Bucket, MaxKeys: pageSize, ...next };
      const page = await server.client.send(new ListObjectVersionsCommand(input));
      const some = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      expect(some.length).toBeLessThanOrEqual(pageSize);
      seen.push(...some.map(({ Key, VersionId }) => `${Key} ${VersionId}`));
      const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      next = IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
    }
    expect([seen.length, new Set(seen).size]).toEqual([6, 6]);
  });

  test('refuses what S3 refuses, and what it has not', async () => {
    const answer = async (query: string) => codeOf(await server.send('GET', `/${Bucket}?versions&${query}`));
    expect(await answer('encoding-type=base64')).toBe('InvalidArgument');
    expect(await answer('max-keys=many')).toBe('InvalidArgument');
    expect(await answer('delimiter=/')).toBe('NotImplemented');
  });
});

test('events carry the version once versioning is on', async () => {
  const { VersionId } = await put('a', '1');
  await server.s3.createBucket('plain');
  await server.s3.put('plain', 'a', '1');
  expect(server.events.map((event) => event.versionId)).toEqual([VersionId, undefined]);
});

test('the n-th version of a key is called the same on every stack, whatever else is written', async () => {
  const ids = [(await put('a', '1')).VersionId, (await put('a', '2')).VersionId];
  await using other = await startServer();
  await other.s3.createBucket(Bucket, { versioned: true });
  const there = (Key: string, Body: string) => other.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  await there('b', 'first of all');
  expect([(await there('a', 'else')).VersionId, (await there('a', '2')).VersionId]).toEqual(ids);
});

test('a version that was removed does not leave its name to the next', async () => {
  const { VersionId } = await put('a', '1');
  await remove('a', VersionId);
  expect((await put('a', '2')).VersionId).not.toBe(VersionId);
});
