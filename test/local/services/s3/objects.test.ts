import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytes, codeOf, type Server, startServer } from './server.ts';

const Bucket = 'recordings';
const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000';
let server: Server;

beforeAll(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket);
});
afterAll(() => server[Symbol.asyncDispose]());

const put = (input: Omit<PutObjectCommandInput, 'Bucket'>) =>
  server.client.send(new PutObjectCommand({ Bucket, ...input }));
const get = (Key: string, input: object = {}) => server.client.send(new GetObjectCommand({ Bucket, Key, ...input }));
const head = (Key: string, input: object = {}) => server.client.send(new HeadObjectCommand({ Bucket, Key, ...input }));
const stored = async (key: string) => Buffer.from((await (await get(key)).Body?.transformToByteArray()) ?? []);

describe('put and get', () => {
  test('a buffer comes back byte for byte, with the MD5 as ETag', async () => {
    const content = bytes(100_000);
    const { ETag } = await put({ Key: 'buffer', Body: content });
    expect(ETag).toBe(`"${createHash('md5').update(content).digest('hex')}"`);
    expect((await stored('buffer')).equals(content)).toBe(true);
  });

  test('a stream is stored without its framing', async () => {
    const content = bytes(200_000);
    const Body = Readable.from([content.subarray(0, 70_000), content.subarray(70_000)]);
    await put({ Key: 'stream', Body, ContentLength: content.length });
    expect((await head('stream')).ContentLength).toBe(200_000);
    expect((await stored('stream')).equals(content)).toBe(true);
  });

  test('a stream of small pieces is refused, as S3 refuses it', async () => {
    const Body = Readable.from([bytes(100), bytes(100)]);
    await expect(put({ Key: 'small-pieces', Body, ContentLength: 200 })).rejects.toMatchObject({
      name: 'InvalidChunkSizeError',
    });
  });

  test('signed chunks decode', async () => {
    const signature = `;chunk-signature=${'0'.repeat(64)}`;
    const framed = `5${signature}\r\nhello\r\n0${signature}\r\n\r\n`;
    const headers = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '5',
      'content-encoding': 'aws-chunked,gzip',
    };
    expect((await server.send('PUT', `/${Bucket}/signed`, headers, framed)).status).toBe(200);
    expect((await stored('signed')).toString()).toBe('hello');
    expect((await head('signed')).ContentEncoding).toBe('gzip');
  });

  test('an empty object', async () => {
    await put({ Key: 'empty', Body: Buffer.alloc(0) });
    expect((await head('empty')).ContentLength).toBe(0);
    expect(await stored('empty')).toHaveLength(0);
  });

  test.each(['with blank', 'a+b', 'é/😀.mp4', "it's (1)!*~", 'per%20cent', '../dots/./x', 'a//b', 'q?a=b#c'])(
    'the key %j is kept as it is',
    async (key) => {
      await put({ Key: key, Body: key });
      expect((await stored(key)).toString()).toBe(key);
      expect(await server.s3.head(Bucket, key)).toMatchObject({ key });
    },
  );

  test('a key has at most 1,024 bytes of UTF-8', async () => {
    await expect(put({ Key: 'é'.repeat(512), Body: 'x' })).resolves.toBeDefined();
    await expect(put({ Key: `${'é'.repeat(512)}a`, Body: 'x' })).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  test('what is missing is said to be missing', async () => {
    await expect(get('nothing')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    await expect(head('nothing')).rejects.toMatchObject({ name: 'NotFound' });
    const elsewhere = new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'a' });
    await expect(server.client.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
    expect(await server.send('HEAD', `/${Bucket}/nothing`)).toMatchObject({ status: 404, body: '' });
  });

  test('deleting is fine whether or not there was something', async () => {
    await put({ Key: 'short-lived', Body: 'x' });
    for (const _ of [1, 2]) await server.client.send(new DeleteObjectCommand({ Bucket, Key: 'short-lived' }));
    await expect(get('short-lived')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('conditions', () => {
  test('of reads', async () => {
    const { ETag = '' } = await put({ Key: 'conditional', Body: 'x' });
    const { LastModified = new Date(0) } = await head('conditional');
    const before = new Date(LastModified.getTime() - 60_000);
    const status = (input: object) =>
      get('conditional', input).then(
        (answer) => answer.$metadata.httpStatusCode,
        (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
      );
    expect(await status({ IfMatch: ETag })).toBe(200);
    expect(await status({ IfMatch: '"other"' })).toBe(412);
    expect(await status({ IfNoneMatch: ETag })).toBe(304);
    expect(await status({ IfNoneMatch: '"other"' })).toBe(200);
    expect(await status({ IfModifiedSince: LastModified })).toBe(304);
    expect(await status({ IfModifiedSince: before })).toBe(200);
    expect(await status({ IfUnmodifiedSince: before })).toBe(412);
    expect(await status({ IfUnmodifiedSince: LastModified })).toBe(200);
    // An ETag that matches outweighs a date that does not.
    expect(await status({ IfMatch: ETag, IfUnmodifiedSince: before })).toBe(200);
  });
});

describe('ranges', () => {
  beforeAll(() => put({ Key: 'digits', Body: '0123456789' }));

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('%s gives %j', async (Range, expected, ContentRange) => {
    const answer = await get('digits', { Range });
    expect(answer).toMatchObject({ ContentRange, ContentLength: expected.length });
    expect(answer.$metadata.httpStatusCode).toBe(206);
    expect(await answer.Body?.transformToString()).toBe(expected);
  });

  test.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('%s is not satisfiable', async (Range) => {
    await expect(get('digits', { Range })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  test.each(['bytes=5-2', 'bytes=a-b', 'lines=1-2'])('%s is no range: the whole object', async (range) => {
    expect(await server.send('GET', `/${Bucket}/digits`, { range })).toMatchObject({ status: 200, body: '0123456789' });
  });

  test('a span over many chunks', async () => {
    const content = bytes(300_000);
    await put({ Key: 'long', Body: content });
    const answer = await get('long', { Range: 'bytes=65000-200000' });
    expect(content.subarray(65_000, 200_001).equals((await answer.Body?.transformToByteArray()) ?? bytes(0))).toBe(
      true,
    );
  });
});

describe('description', () => {
  test('headers are kept', async () => {
    const described = {
      ContentType: 'audio/mp4',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="a b.mp4"',
      ContentLanguage: 'en-US',
      ContentEncoding: 'gzip',
    };
    await put({ Key: 'described', Body: 'x', ...described });
    expect(await get('described')).toMatchObject(described);
    expect(await head('described')).toMatchObject(described);
  });

  test('without a type it is binary/octet-stream', async () => {
    await server.send('PUT', `/${Bucket}/untyped`, {}, 'x');
    expect((await head('untyped')).ContentType).toBe('binary/octet-stream');
  });

  test('an answer can be given other headers', async () => {
    const answer = await get('described', { ResponseContentType: 'text/plain', ResponseCacheControl: 'max-age=1' });
    expect(answer).toMatchObject({ ContentType: 'text/plain', CacheControl: 'max-age=1' });
    const path = `/${Bucket}/described?response-content-disposition=`;
    const { headers } = await server.send('GET', `${path}${encodeURIComponent('inline; filename="é😀"')}`);
    expect(Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString()).toBe('inline; filename="é😀"');
    expect(codeOf(await server.send('GET', `${path}a%0Ab`))).toBe('InvalidArgument');
  });
});

describe('encryption', () => {
  const context = Buffer.from('{"tenant":"a"}').toString('base64');

  test('SSE-KMS is echoed on put, head and get', async () => {
    const kms = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: keyId, BucketKeyEnabled: true };
    expect(await put({ Key: 'kms', Body: 'x', ...kms, SSEKMSEncryptionContext: context })).toMatchObject({
      ...kms,
      SSEKMSEncryptionContext: context,
    });
    expect(await head('kms')).toMatchObject(kms);
    expect(await get('kms')).toMatchObject(kms);
  });

  test('SSE-KMS without a key is the key AWS manages; without anything it is SSE-S3', async () => {
    expect(await put({ Key: 'managed', Body: 'x', ServerSideEncryption: 'aws:kms' })).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: expect.stringContaining('alias/aws/s3') as string,
    });
    expect(await put({ Key: 'default', Body: 'x' })).toMatchObject({ ServerSideEncryption: 'AES256' });
  });

  test('under SSE-KMS the ETag is stable but neither the MD5 nor the same for the same content', async () => {
    const kms = { Body: 'same', ServerSideEncryption: 'aws:kms' as const };
    const first = await put({ Key: 'opaque-1', ...kms });
    const second = await put({ Key: 'opaque-2', ...kms });
    const md5 = `"${createHash('md5').update('same').digest('hex')}"`;
    expect(new Set([md5, first.ETag, second.ETag]).size).toBe(3);
    expect(first.ETag).toMatch(/^"[\da-f]{32}"$/);
    expect((await get('opaque-1')).ETag).toBe(first.ETag);
  });

  test.each<[string, Record<string, string>, string]>([
    ['an unknown algorithm', { 'x-amz-server-side-encryption': 'rot13' }, 'InvalidArgument'],
    ['a KMS key without KMS', { 'x-amz-server-side-encryption-aws-kms-key-id': keyId }, 'InvalidArgument'],
    [
      'a KMS key with SSE-S3',
      { 'x-amz-server-side-encryption': 'AES256', 'x-amz-server-side-encryption-aws-kms-key-id': keyId },
      'InvalidArgument',
    ],
    [
      'an encryption context that is none',
      { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-context': 'e30x' },
      'InvalidArgument',
    ],
    ['double encryption', { 'x-amz-server-side-encryption': 'aws:kms:dsse' }, 'NotImplemented'],
  ])('%s is refused', async (_, headers, code) => {
    expect(codeOf(await server.send('PUT', `/${Bucket}/sse-refused`, headers, 'x'))).toBe(code);
    expect(await server.s3.head(Bucket, 'sse-refused')).toBeUndefined();
  });
});
