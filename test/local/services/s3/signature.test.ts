import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientConfig } from '../../testClock.ts';
import { type Server, startServer } from './server.ts';

const Bucket = 'links';
const credentials = { accessKeyId: 'reader', secretAccessKey: 'hush' };
const keys = [
  'recordings/m/a.mp4',
  'a b/c+d/é ü.mp4',
  "it's (a) *test*!~",
  'a%2Fb/%',
  '日本語.wav',
  'a//b',
  'x?y#z&w=1',
];
let server: Server;
let client: S3Client;

beforeEach(async () => {
  server = await startServer({ secretOf: (id) => (id === 'reader' ? 'hush' : undefined) });
  client = new S3Client({ ...clientConfig(server.url), credentials });
  await server.s3.createBucket(Bucket, { versioned: true });
});
afterEach(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
});

const linkTo = (Key: string, more = {}, by = client) =>
  getSignedUrl(by, new GetObjectCommand({ Bucket, Key, ...more }), { expiresIn: 300 });
const ask = async (url: string, headers = {}) => {
  const response = await fetch(url, { headers });
  const body = await response.text();
  return [response.status, /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? body];
};

test.each(keys)('a link to %j is what its owner signed', async (key) => {
  await server.s3.put(Bucket, key, 'sound');
  expect(await ask(await linkTo(key, { ResponseContentDisposition: 'inline; filename="ä b+c.mp4"' }))).toEqual([
    200,
    'sound',
  ]);
});

test('a link is of its version, whatever is uploaded later, and in ranges', async () => {
  const { versionId } = await server.s3.put(Bucket, 'a', '0123456789');
  await server.s3.put(Bucket, 'a', 'other');
  const url = await linkTo('a', { VersionId: versionId });
  expect(await ask(url)).toEqual([200, '0123456789']);
  expect(await ask(url, { range: 'bytes=2-4' })).toEqual([206, '234']);
  expect(await ask(url, { range: 'bytes=-3' })).toEqual([206, '789']);
  expect(await ask(url, { range: 'bytes=10-' })).toEqual([416, 'InvalidRange']);
  await server.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(await ask(url)).toEqual([200, '0123456789']);
  await server.client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: versionId }));
  expect(await ask(url)).toEqual([404, 'NoSuchVersion']);
});

test('a link ends', async () => {
  await server.s3.put(Bucket, 'a', 'sound');
  const url = await linkTo('a');
  await server.clock.advance(299_000);
  expect((await ask(url))[0]).toBe(200);
  await server.clock.advance(3_000);
  expect(await ask(url)).toEqual([403, 'AccessDenied']);
});

test('a presigned PUT is verified as well', async () => {
  const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'up', ContentType: 'text/plain' }));
  expect((await fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(200);
  expect((await fetch(url.replace('/up?', '/other?'), { method: 'PUT', body: 'x' })).status).toBe(403);
});

describe('a link that somebody changed is refused:', () => {
  test.each<[string, (url: URL) => void]>([
    ['another key', (url) => (url.pathname = url.pathname.replace('/mine', '/hers'))],
    ['another bucket', (url) => (url.pathname = url.pathname.replace('links', 'linkz'))],
    ['another version', (url) => url.searchParams.set('versionId', 'x')],
    ['no version', (url) => url.searchParams.delete('versionId')],
    ['a longer life', (url) => url.searchParams.set('X-Amz-Expires', '604800')],
    [
      'a later date',
      (url) =>
        url.searchParams.set(
          'X-Amz-Date',
          new Date(server.clock.now() + 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, ''),
        ),
    ],
    ['another type', (url) => url.searchParams.set('response-content-type', 'text/html')],
    ['a signature of one digit more or less', (url) => url.searchParams.set('X-Amz-Signature', 'a'.repeat(64))],
  ])('%s', async (_, change) => {
    const { versionId } = await server.s3.put(Bucket, 'mine', 'sound');
    await server.s3.put(Bucket, 'hers', 'secret');
    const url = new URL(await linkTo('mine', { VersionId: versionId, ResponseContentType: 'video/mp4' }));
    change(url);
    expect(await ask(url.href)).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('another method', async () => {
    await server.s3.put(Bucket, 'mine', 'sound');
    expect((await fetch(await linkTo('mine'), { method: 'DELETE' })).status).toBe(403);
  });

  test('the secret of somebody else, and a key of nobody', async () => {
    await server.s3.put(Bucket, 'mine', 'sound');
    const by = (accessKeyId: string) =>
      new S3Client({ ...clientConfig(server.url), credentials: { accessKeyId, secretAccessKey: 'guess' } });
    expect(await ask(await linkTo('mine', {}, by('reader')))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await ask(await linkTo('mine', {}, by('nobody')))).toEqual([403, 'InvalidAccessKeyId']);
  });
});
