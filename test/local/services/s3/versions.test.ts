import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  DeleteObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeOf, type Server, startServer } from './server.ts';

const Bucket = 'versioned';
let server: Server;

beforeEach(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket, { versioned: true });
});
afterEach(() => server[Symbol.asyncDispose]());

const put = (Key: string, Body: string, input: object = {}) =>
  server.client.send(new PutObjectCommand({ Bucket, Key, Body, ...input }));
const text = async (Key: string, VersionId?: string) => {
  const { Body } = await server.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};
const remove = (Key: string, VersionId?: string) =>
  server.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
const setVersioning = (Status: 'Enabled' | 'Suspended') =>
  server.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

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
  await expect(put('a', 'again', { IfNoneMatch: '*' })).resolves.toBeDefined();
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
  expect(codeOf(await server.send('GET', `/${Bucket}/a?versionId=nonsense`))).toBe('InvalidArgument');
  expect(codeOf(await server.send('GET', `/${Bucket}/a?versionId=`))).toBe('InvalidArgument');
});

test('what was there before versioning is the null version, and so is what comes while it is suspended', async () => {
  const Bucket2 = 'late';
  await server.s3.createBucket(Bucket2);
  const send = (Body: string) => server.client.send(new PutObjectCommand({ Bucket: Bucket2, Key: 'a', Body }));
  const status = (Status: 'Enabled' | 'Suspended') =>
    server.client.send(new PutBucketVersioningCommand({ Bucket: Bucket2, VersioningConfiguration: { Status } }));
  expect((await send('before')).VersionId).toBeUndefined();
  await status('Enabled');
  const { VersionId } = await send('versioned');
  const get = async (id?: string) => {
    const input = new GetObjectCommand({ Bucket: Bucket2, Key: 'a', VersionId: id });
    return (await server.client.send(input)).Body?.transformToString();
  };
  expect(await get('null')).toBe('before');
  await status('Suspended');
  expect((await send('suspended')).VersionId).toBe('null');
  expect(await get()).toBe('suspended');
  expect(await get('null')).toBe('suspended');
  expect(await get(VersionId)).toBe('versioned');
  const marker = await server.client.send(new DeleteObjectCommand({ Bucket: Bucket2, Key: 'a' }));
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
  expect(await get(VersionId)).toBe('versioned');
});

test('versions are listed newest first, page by page, delete markers among them', async () => {
  const ids: (string | undefined)[] = [];
  for (const key of ['a', 'b é']) {
    const first = await put(key, '1');
    const second = await put(key, '22');
    const marker = await remove(key);
    ids.push(marker.VersionId, second.VersionId, first.VersionId);
  }
  const all = await server.client.send(new ListObjectVersionsCommand({ Bucket }));
  expect(all.DeleteMarkers).toMatchObject([
    { Key: 'a', IsLatest: true },
    { Key: 'b é', IsLatest: true },
  ]);
  expect(all.Versions?.map(({ Key, Size, IsLatest }) => [Key, Size, IsLatest])).toEqual([
    ['a', 2, false],
    ['a', 1, false],
    ['b é', 2, false],
    ['b é', 1, false],
  ]);

  const seen: (string | undefined)[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (let truncated = true; truncated; ) {
    const page = await server.client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1, ...marker }));
    seen.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ VersionId }) => VersionId));
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    truncated = page.IsTruncated ?? false;
  }
  expect(seen).toEqual(ids);
  expect((await server.client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});

test('many are deleted at once, each with its own outcome', async () => {
  const { VersionId } = await put('a', '1');
  await put('b', '2');
  const Objects = [{ Key: 'a', VersionId }, { Key: 'b' }, { Key: 'never-there' }, { Key: 'a', VersionId: 'nonsense' }];
  const result = await server.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(result.Deleted).toMatchObject([
    { Key: 'a', VersionId },
    { Key: 'b', DeleteMarker: true },
    { Key: 'never-there', DeleteMarker: true },
  ]);
  expect(result.Deleted?.[1]?.DeleteMarkerVersionId).toMatch(/^[\da-f]{32}$/);
  expect(result.Errors).toMatchObject([{ Key: 'a', Code: 'InvalidArgument' }]);
  const quiet = await server.client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: 'b' }] } }),
  );
  expect(quiet.Deleted).toBeUndefined();
});

test('many means at most 1,000, with a checksum of the list', async () => {
  const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
  const tooMany = server.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await expect(tooMany).rejects.toMatchObject({ name: 'MalformedXML' });
  const body = '<Delete><Object><Key>a</Key></Object></Delete>';
  expect(codeOf(await server.send('POST', `/${Bucket}?delete`, {}, body))).toBe('InvalidRequest');
});

test('tags belong to a version', async () => {
  const { VersionId } = await put('a', '1', { Tagging: 'kind=first' });
  await put('a', '2');
  const tags = async (id?: string) => {
    const input = new GetObjectTaggingCommand({ Bucket, Key: 'a', VersionId: id });
    return (await server.client.send(input)).TagSet?.map(({ Key, Value }) => `${Key}=${Value}`);
  };
  const TagSet = [
    { Key: 'tenant', Value: 'St. Mary & Sons' },
    { Key: 'empty', Value: '' },
  ];
  const input = { Bucket, Key: 'a', Tagging: { TagSet } };
  await expect(server.client.send(new PutObjectTaggingCommand(input))).rejects.toMatchObject({ name: 'InvalidTag' });
  TagSet[0] = { Key: 'tenant', Value: 'St. Mary' };
  await server.client.send(new PutObjectTaggingCommand(input));
  expect(await tags()).toEqual(['tenant=St. Mary', 'empty=']);
  expect(await tags(VersionId)).toEqual(['kind=first']);
  await server.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'a' }));
  expect(await tags()).toEqual([]);
  expect(await tags(VersionId)).toEqual(['kind=first']);
});

test.each<[string, { Key: string; Value: string }[]]>([
  ['eleven', Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: '' }))],
  ['a key twice', ['1', '2'].map((Value) => ({ Key: 'k', Value }))],
  ['a long key', [{ Key: 'k'.repeat(129), Value: '' }]],
  ['a long value', [{ Key: 'k', Value: 'v'.repeat(257) }]],
  ['a system tag', [{ Key: 'aws:cloudformation', Value: '' }]],
])('tags are refused: %s', async (_, TagSet) => {
  await put('a', '1');
  const refused = server.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet } }));
  await expect(refused).rejects.toMatchObject({ name: 'InvalidTag' });
});

test('events carry the version while versioning is on', async () => {
  const { VersionId } = await put('a', '1');
  await setVersioning('Suspended');
  await put('a', '2');
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
