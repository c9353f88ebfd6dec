import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientConfig } from '../../testClock.ts';
import { codeOf, sendRaw, type Server, startServer } from './server.ts';

const Bucket = 'links';
let server: Server;

beforeEach(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket);
});
afterEach(() => server[Symbol.asyncDispose]());

const getUrl = (Key: string, expiresIn = 60) =>
  getSignedUrl(server.client, new GetObjectCommand({ Bucket, Key }), { expiresIn });

test('a presigned GET needs nothing but its URL', async () => {
  await server.s3.put(Bucket, 'a b/é+', 'hello', { contentType: 'text/plain' });
  const answer = await fetch(await getUrl('a b/é+'));
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/plain',
    'hello',
  ]);
});

test('a presigned GET can say how the object is shown, and be asked for a range', async () => {
  await server.s3.put(Bucket, 'recording', '0123456789');
  const command = new GetObjectCommand({ Bucket, Key: 'recording', ResponseContentType: 'audio/mp4' });
  const url = await getSignedUrl(server.client, command);
  const answer = await fetch(url, { headers: { range: 'bytes=2-4' } });
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([206, 'audio/mp4', '234']);
});

test('a presigned PUT stores the body', async () => {
  const command = new PutObjectCommand({ Bucket, Key: 'upload' });
  const url = await getSignedUrl(server.client, command);
  // The SDK signs the checksum of an empty body into the URL; S3 does not hold the upload to it.
  expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
  const answer = await fetch(url, { method: 'PUT', body: 'hello', headers: { 'content-type': 'audio/mp4' } });
  expect(answer.status).toBe(200);
  expect(await server.s3.head(Bucket, 'upload')).toMatchObject({
    size: 5,
    contentType: 'audio/mp4',
  });
  expect(server.events).toMatchObject([{ key: 'upload', reason: 'PutObject' }]);
});

test('a header that was signed has to be sent', async () => {
  const command = new PutObjectCommand({ Bucket, Key: 'kms', ServerSideEncryption: 'aws:kms' });
  const url = await getSignedUrl(server.client, command);
  const put = (headers: Record<string, string>) => sendRaw('PUT', url, { 'content-length': '1', ...headers }, 'x');
  expect(await put({})).toMatchObject({ status: 403 });
  expect(await put({ 'x-amz-server-side-encryption': 'aws:kms' })).toMatchObject({ status: 200 });
});

test('a header S3 acts on has to be signed', async () => {
  const url = await getSignedUrl(server.client, new PutObjectCommand({ Bucket, Key: 'a' }));
  const answer = await sendRaw('PUT', url, { 'content-length': '1', 'x-amz-acl': 'private' }, 'x');
  expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessDenied']);
  expect(answer.body).toContain('<HeadersNotSigned>x-amz-acl</HeadersNotSigned>');
});

test.each<[what: string, code: string | undefined, headers: Record<string, string>, body: string]>([
  ['the file that was signed', undefined, {}, 'hello'],
  ['another one of its length', 'BadDigest', {}, 'hullo'],
  ['a longer one', 'SignatureDoesNotMatch', { 'content-length': '6' }, 'hello!'],
  ['another type', 'SignatureDoesNotMatch', { 'content-type': 'text/html' }, 'hello'],
  ['another checksum', 'SignatureDoesNotMatch', { 'x-amz-checksum-sha256': `${'A'.repeat(43)}=` }, 'hullo'],
  ['no checksum', 'SignatureDoesNotMatch', { 'x-amz-checksum-sha256': '' }, 'hullo'],
])('an upload is held to what was signed of it: %s', async (_, code, headers, body) => {
  await using strict = await startServer({ secretOf: () => 'secret' });
  await strict.s3.createBucket(Bucket);
  const sum = createHash('sha256').update('hello').digest('base64');
  const of = { Bucket, Key: 'a', ContentType: 'text/plain', ContentLength: 5, ChecksumSHA256: sum };
  const url = await getSignedUrl(strict.client, new PutObjectCommand(of), {
    signableHeaders: new Set(['content-type']),
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
  });
  const own = { 'content-length': '5', 'content-type': 'text/plain', 'x-amz-checksum-sha256': sum };
  expect(codeOf(await sendRaw('PUT', url, { ...own, ...headers }, body))).toBe(code);
  expect((await strict.s3.head(Bucket, 'a')) !== undefined).toBe(code === undefined);
});

test('an expired link is refused', async () => {
  await server.s3.put(Bucket, 'a', 'x');
  const url = await getUrl('a', 60);
  await server.clock.advance(58_000);
  expect((await fetch(url)).status).toBe(200);
  await server.clock.advance(3_000);
  const answer = await sendRaw('GET', url, {}, '');
  expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessDenied']);
  expect(answer.body).toContain('Request has expired');
});

test('a link of the future is not yet valid', async () => {
  const url = await getUrl('a');
  await server.clock.advance(-3_600_000);
  expect((await sendRaw('GET', url, {}, '')).body).toContain('Request is not yet valid');
});

test.each([
  ['X-Amz-Signature', undefined],
  ['X-Amz-Expires', '604801'],
  ['X-Amz-Expires', '0'],
  ['X-Amz-Date', 'yesterday'],
  ['X-Amz-Algorithm', 'AWS4-ECDSA-P256-SHA256'],
  ['X-Amz-Credential', 'test/20261120/us-east-1/s3/aws4_request'],
])('a link with %s %s is malformed', async (name, value) => {
  const url = new URL(await getUrl('a'));
  if (value === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  expect(codeOf(await sendRaw('GET', url.href, {}, ''))).toBe('AuthorizationQueryParametersError');
});

test('without credentials there is no access, not even to what does not exist', async () => {
  await server.s3.put(Bucket, 'a', 'x');
  for (const path of ['/', `/${Bucket}`, `/${Bucket}/a`, '/no-such-bucket/a']) {
    const answer = await sendRaw('GET', server.url + path, {}, '');
    expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessDenied']);
  }
});

test('a client of another region is told so', async () => {
  const elsewhere = new S3Client(clientConfig(server.url, 'eu-central-1'));
  const asked = elsewhere.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  await expect(asked).rejects.toMatchObject({ name: 'AuthorizationHeaderMalformed', Region: 'eu-west-1' });
  await expect(server.client.send(new HeadBucketCommand({ Bucket }))).resolves.toMatchObject({
    BucketRegion: 'eu-west-1',
  });
});

test.each<[string, Record<string, string>, string]>([
  ['another scheme', { authorization: 'AWS test:signature' }, 'AuthorizationHeaderMalformed'],
  ['no payload hash', { 'x-amz-content-sha256': '' }, 'InvalidRequest'],
  ['a payload hash that is none', { 'x-amz-content-sha256': 'hello' }, 'InvalidArgument'],
])('%s is refused', async (_, headers, code) => {
  expect(codeOf(await server.send('PUT', `/${Bucket}/a`, headers, 'x'))).toBe(code);
});
