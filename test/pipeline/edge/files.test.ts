import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toFiles } from '../../../pipeline/edge/files.ts';
import { clientConfig } from '../../local/testClock.ts';
import { codeOf, sendRaw, startServer } from '../../local/services/s3/server.ts';
import { pdf } from '../messaging/files.ts';
import { sha256Base64 } from '../sha256Base64.ts';

const kmsKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/data';
const bytes = Buffer.from(pdf());
const contentType = 'application/pdf';
let server: Awaited<ReturnType<typeof startServer>>;
let files: ReturnType<typeof toFiles>;
let checksum: string;
let key: string;
let n = 0;

beforeAll(async () => {
  checksum = await sha256Base64(bytes);
  server = await startServer({ secretOf: (id) => (id === 'AKIATEST' ? 'secret' : undefined) });
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await server.client.send(new CreateBucketCommand({ Bucket: 'chat' }));
  await server.client.send(new PutBucketVersioningCommand({ Bucket: 'chat', VersioningConfiguration }));
  await server.client.send(new CreateBucketCommand({ Bucket: 'forgetful' }));
  const plain = { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' } as const;
  files = toFiles('chat', kmsKeyId, new S3Client({ ...clientConfig(server.url, 'eu-west-1'), ...plain }));
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => void (key = `attachments/c/${(n += 1)}.pdf`));

const upload = () => files.upload({ key, contentType, size: bytes.length, checksum }, 300);

describe('an upload', () => {
  test('is signed as a whole: the file, its type, its length and its key', async () => {
    const { url, headers } = await upload();
    const signed = new URL(url).searchParams;
    expect(signed.get('X-Amz-SignedHeaders')?.split(';')).toEqual([
      'content-length',
      'content-type',
      'host',
      'x-amz-checksum-sha256',
      'x-amz-server-side-encryption',
      'x-amz-server-side-encryption-aws-kms-key-id',
      'x-amz-server-side-encryption-bucket-key-enabled',
    ]);
    expect(signed.get('X-Amz-Expires')).toBe('300');
    const answer = await fetch(url, { method: 'PUT', headers, body: bytes });
    expect(answer.status).toBe(200);
    const object = await server.client.send(new GetObjectCommand({ Bucket: 'chat', Key: key }));
    expect(object).toMatchObject({
      ContentType: contentType,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: kmsKeyId,
      BucketKeyEnabled: true,
    });
    expect(await object.Body?.transformToByteArray()).toEqual(pdf());
  });

  const other = Buffer.from(pdf('two'));
  const kms = 'x-amz-server-side-encryption-aws-kms-key-id';
  test.each<[what: string, code: string, more: Record<string, string>, body: Buffer]>([
    ['another file of the same length', 'BadDigest', {}, other],
    ['another file with its own checksum', 'SignatureDoesNotMatch', { 'x-amz-checksum-sha256': 'other' }, other],
    ['a longer file', 'SignatureDoesNotMatch', {}, Buffer.concat([bytes, bytes])],
    ['no file', 'SignatureDoesNotMatch', {}, Buffer.alloc(0)],
    ['another type', 'SignatureDoesNotMatch', { 'content-type': 'text/html' }, bytes],
    ['another key', 'SignatureDoesNotMatch', { [kms]: 'alias/aws/s3' }, bytes],
    ['no key', 'SignatureDoesNotMatch', { [kms]: '', 'x-amz-server-side-encryption': '' }, bytes],
    ['no checksum', 'SignatureDoesNotMatch', { 'x-amz-checksum-sha256': '' }, bytes],
    ['metadata of its own', 'AccessDenied', { 'x-amz-meta-name': 'secret' }, bytes],
  ])('of %s is refused: %s', async (_, code, more, body) => {
    const { url, headers } = await upload();
    const own = more['x-amz-checksum-sha256'] === 'other' ? { 'x-amz-checksum-sha256': await sha256Base64(body) } : {};
    const sent = { ...headers, 'content-length': String(body.length), ...more, ...own };
    expect(codeOf(await sendRaw('PUT', url, sent, body))).toBe(code);
    expect(await files.find(key)).toBeUndefined();
  });

  test('elsewhere, or after its time, is refused', async () => {
    const { url, headers } = await upload();
    const sent = { ...headers, 'content-length': String(bytes.length) };
    expect(codeOf(await sendRaw('PUT', url.replace(key, 'attachments/c/x.pdf'), sent, bytes))).toBe(
      'SignatureDoesNotMatch',
    );
    await server.clock.advance(301_000);
    const late = await sendRaw('PUT', url, sent, bytes);
    expect([codeOf(late), late.body.includes('Request has expired')]).toEqual(['AccessDenied', true]);
    await server.clock.advance(-301_000);
  });
});

/** @returns the version */
async function put(body: Buffer<ArrayBuffer> = bytes): Promise<string> {
  const of = { key, contentType, size: body.length, checksum: await sha256Base64(body) } as const;
  const { url, headers } = await files.upload(of, 300);
  const answer = await fetch(url, { method: 'PUT', headers, body });
  return answer.headers.get('x-amz-version-id') ?? '';
}

test('what came is found, the newest or by its version, and read from its beginning', async () => {
  expect(await files.find(key)).toBeUndefined();
  const first = await put();
  const second = await put(Buffer.from(pdf('two')));
  expect(await files.find(key, first)).toEqual({ versionId: first, size: bytes.length, checksum });
  expect((await files.find(key))?.versionId).toBe(second);
  expect(await files.begin({ key, versionId: first, bytes: 5 })).toEqual(pdf().subarray(0, 5));
  expect(await files.begin({ key, versionId: first, bytes: 1_024 })).toEqual(pdf());
});

test('what somebody put there without that checksum has none', async () => {
  await server.s3.put('chat', key, 'x');
  expect(await files.find(key)).toMatchObject({ size: 1, checksum: null });
});

test('a version is discarded for good, as often as that is asked, and no other is', async () => {
  const [first, second] = [await put(), await put()];
  for (const _ of [1, 2]) await files.discard(key, second);
  expect(await files.find(key)).toMatchObject({ versionId: first });
  expect(await files.find(key, second)).toBeUndefined();
});

test('a link is of one version, and saves it under its name', async () => {
  const versionId = await put();
  await put(Buffer.from(pdf('two')));
  const disposition = "attachment; filename*=UTF-8''M%C3%BCller.pdf";
  const answer = await fetch(await files.link({ key, versionId, contentType, disposition }, 300));
  expect(await answer.bytes()).toEqual(pdf());
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': contentType,
    'content-disposition': disposition,
    'cache-control': 'private, no-store',
  });
});

test('a bucket without versions is a fault of the configuration', async () => {
  await server.s3.put('forgetful', key, 'x');
  await expect(toFiles('forgetful', kmsKeyId, server.client).find(key)).rejects.toMatchObject({
    name: 'ConfigurationInvalid',
    message: 'configuration: ATTACHMENTS_BUCKET keeps no versions',
  });
});

test('a bucket that cannot be reached is busy, not empty', async () => {
  const away = new S3Client({ ...clientConfig('http://127.0.0.1:1', 'eu-west-1'), maxAttempts: 1 });
  await expect(toFiles('chat', kmsKeyId, away).find(key)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});
