import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytes, type Server, startServer } from './server.ts';

const Bucket = 'copies';
let server: Server;

beforeAll(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket, { versioned: true });
  const described = { ContentType: 'text/plain', Metadata: { meeting: 'm-1' }, Tagging: 'kind=source' };
  await server.client.send(new PutObjectCommand({ Bucket, Key: 'source +é', Body: 'hello', ...described }));
});
afterAll(() => server[Symbol.asyncDispose]());

const source = `${Bucket}/${encodeURIComponent('source +é')}`;
const copy = (Key: string, input: Partial<CopyObjectCommandInput> = {}) =>
  server.client.send(new CopyObjectCommand({ Bucket, Key, CopySource: source, ...input }));
const head = (Key: string) => server.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
const tags = async (Key: string) => (await server.client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;

test('COPY keeps metadata, headers and tags', async () => {
  const { CopyObjectResult, CopySourceVersionId } = await copy('copied');
  const original = await head('source +é');
  expect(CopySourceVersionId).toBe(original.VersionId);
  expect(CopyObjectResult).toMatchObject({ ETag: original.ETag, ChecksumCRC32: original.ChecksumCRC32 });
  expect(await head('copied')).toMatchObject({ ContentType: 'text/plain', Metadata: { meeting: 'm-1' } });
  expect(await tags('copied')).toEqual([{ Key: 'kind', Value: 'source' }]);
  expect((await server.s3.read(Bucket, 'copied')).toString()).toBe('hello');
});

test('REPLACE takes what the request says', async () => {
  await copy('replaced', {
    MetadataDirective: 'REPLACE',
    TaggingDirective: 'REPLACE',
    Metadata: { other: 'x' },
    ContentType: 'audio/mp4',
    Tagging: 'kind=copy',
  });
  const { ContentType, Metadata } = await head('replaced');
  expect({ ContentType, Metadata }).toEqual({ ContentType: 'audio/mp4', Metadata: { other: 'x' } });
  expect(await tags('replaced')).toEqual([{ Key: 'kind', Value: 'copy' }]);
});

test('a copy has the encryption it is asked to have, not that of its source', async () => {
  const answer = await copy('encrypted', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/medical' });
  expect(answer).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/medical' });
  await copy('plain', { CopySource: `${Bucket}/encrypted` });
  expect((await head('plain')).ServerSideEncryption).toBe('AES256');
});

test('a copied multipart object is one piece with an MD5 again', async () => {
  const Body = bytes(6_000_000);
  await new Upload({ client: server.client, params: { Bucket, Key: 'multipart', Body } }).done();
  const { CopyObjectResult } = await copy('whole', { CopySource: `${Bucket}/multipart`, ChecksumAlgorithm: 'SHA256' });
  const put = await server.client.send(new PutObjectCommand({ Bucket, Key: 'put', Body, ChecksumAlgorithm: 'SHA256' }));
  expect(CopyObjectResult).toMatchObject({ ETag: put.ETag, ChecksumSHA256: put.ChecksumSHA256 });
});

test('a version can be copied, a delete marker cannot', async () => {
  const put = (Body: string) => server.client.send(new PutObjectCommand({ Bucket, Key: 'old', Body }));
  const { VersionId } = await put('first');
  await put('second');
  await copy('old', { CopySource: `${Bucket}/old?versionId=${VersionId}` });
  expect((await server.s3.read(Bucket, 'old')).toString()).toBe('first');
  const marker = await server.client.send(new DeleteObjectCommand({ Bucket, Key: 'old' }));
  await expect(copy('x', { CopySource: `${Bucket}/old` })).rejects.toMatchObject({ name: 'NoSuchKey' });
  const byId = copy('x', { CopySource: `${Bucket}/old?versionId=${marker.VersionId}` });
  await expect(byId).rejects.toMatchObject({ name: 'InvalidRequest' });
});

test('conditions on source and target', async () => {
  const { ETag } = await head('source +é');
  const failed = { name: 'PreconditionFailed' };
  await expect(copy('conditional', { CopySourceIfMatch: '"other"' })).rejects.toMatchObject(failed);
  await expect(copy('conditional', { CopySourceIfNoneMatch: ETag })).rejects.toMatchObject(failed);
  await copy('conditional', { CopySourceIfMatch: ETag, IfNoneMatch: '*' });
  await expect(copy('conditional', { IfNoneMatch: '*' })).rejects.toMatchObject(failed);
});

test('a copy onto itself has to change something', async () => {
  await expect(copy('source +é')).rejects.toMatchObject({ name: 'InvalidRequest' });
  await copy('copied', { CopySource: `${Bucket}/copied`, MetadataDirective: 'REPLACE', Metadata: { now: 'changed' } });
  expect((await head('copied')).Metadata).toEqual({ now: 'changed' });
});

test.each([
  ['no key', Bucket, 'InvalidArgument'],
  ['no such key', `${Bucket}/nothing`, 'NoSuchKey'],
  ['no such bucket', 'nowhere/key', 'NoSuchBucket'],
])('%s in the source', async (_, CopySource, name) => {
  await expect(copy('x', { CopySource })).rejects.toMatchObject({ name });
});
