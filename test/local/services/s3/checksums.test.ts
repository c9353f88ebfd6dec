import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytes, codeOf, sendRaw, type Server, signed, startServer } from './server.ts';

const Bucket = 'recordings';
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

const text = 'hello';
const sums = {
  CRC32: 'NhCmhg==',
  CRC32C: 'mnG7TA==',
  CRC64NVME: 'M3eFcAZSQlc=',
  SHA1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=',
  SHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
};
const algorithms = Object.entries(sums) as [keyof typeof sums, string][];
const wrong = (sum: string) => Buffer.alloc(Buffer.from(sum, 'base64').length).toString('base64');

test.each(algorithms)('%s is verified and echoed, on GET and HEAD too when asked for', async (algorithm, sum) => {
  const field = `Checksum${algorithm}`;
  const Key = `sum-${algorithm}`;
  expect(await put({ Key, Body: text, ChecksumAlgorithm: algorithm })).toMatchObject({ [field]: sum });
  const asked = { ChecksumMode: 'ENABLED' };
  expect(await get(Key, asked)).toMatchObject({ [field]: sum, ChecksumType: 'FULL_OBJECT' });
  expect(await head(Key, asked)).toMatchObject({ [field]: sum });
  expect(await head(Key)).not.toHaveProperty(field, sum);
});

test.each(algorithms)('a wrong %s in a header stores nothing', async (algorithm, sum) => {
  const Key = `wrong-${algorithm}`;
  const refused = put({ Key, Body: text, [`Checksum${algorithm}`]: wrong(sum) });
  await expect(refused).rejects.toMatchObject({ name: 'BadDigest', $metadata: { httpStatusCode: 400 } });
  expect(await server.s3.head(Bucket, Key)).toBeUndefined();
});

test.each(algorithms)('%s in a trailer is verified', async (algorithm, sum) => {
  const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
  const headers = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': '5',
    'x-amz-trailer': name,
  };
  const send = (key: string, value: string) =>
    server.send('PUT', `/${Bucket}/${key}`, headers, `5\r\nhello\r\n0\r\n${name}:${value}\r\n\r\n`);
  expect((await send(`trailer-${algorithm}`, sum)).headers[name]).toBe(sum);
  expect(codeOf(await send(`bad-trailer-${algorithm}`, wrong(sum)))).toBe('BadDigest');
  expect(await server.s3.head(Bucket, `bad-trailer-${algorithm}`)).toBeUndefined();
});

test('without any, S3 computes CRC64NVME', async () => {
  const answer = await server.send('PUT', `/${Bucket}/no-sum`, {}, text);
  expect(answer.headers).toMatchObject({ 'x-amz-checksum-crc64nvme': sums.CRC64NVME });
});

const wrongMd5 = createHash('md5').update('other').digest('base64');
test.each<[string, Record<string, string>, string]>([
  ['a wrong Content-MD5', { 'content-md5': wrongMd5 }, 'BadDigest'],
  ['a Content-MD5 that is none', { 'content-md5': 'eA==' }, 'InvalidDigest'],
  ['a wrong payload hash', { 'x-amz-content-sha256': 'a'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
  ['a checksum that is none', { 'x-amz-checksum-crc32': 'eA==' }, 'InvalidRequest'],
  ['two checksums', { 'x-amz-checksum-crc32': sums.CRC32, 'x-amz-checksum-sha1': sums.SHA1 }, 'InvalidRequest'],
  ['an algorithm without checksum', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
  ['a promised trailer that never comes', trailerOf('hello', 'x-amz-checksum-crc32'), 'MalformedTrailerError'],
  ['more bytes than declared', trailerOf('hell', ''), 'IncompleteBody'],
  ['fewer bytes than declared', trailerOf('hello!', ''), 'IncompleteBody'],
])('%s is refused and stores nothing', async (_, headers, code) => {
  const framed = headers['x-amz-content-sha256']?.startsWith('STREAMING') ? '5\r\nhello\r\n0\r\n\r\n' : text;
  expect(codeOf(await server.send('PUT', `/${Bucket}/refused`, headers, framed))).toBe(code);
  expect(await server.s3.head(Bucket, 'refused')).toBeUndefined();
});

test('a right Content-MD5 passes', async () => {
  const md5 = createHash('md5').update(text).digest('base64');
  expect((await server.send('PUT', `/${Bucket}/md5`, { 'content-md5': md5 }, text)).status).toBe(200);
});

test('a refused body leaves the connection in use', async () => {
  await expect(put({ Key: 'big-and-wrong', Body: bytes(3_000_000), ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(put({ Key: 'x'.repeat(1025), Body: bytes(3_000_000) })).rejects.toMatchObject({
    name: 'KeyTooLongError',
  });
  await expect(put({ Key: 'next', Body: 'fine' })).resolves.toBeDefined();
});

test('a body refused half-way is read to its end: the answer arrives and the connection is kept', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const chunk = `64\r\n${'x'.repeat(100)}\r\n`;
  const framed = Buffer.concat([Buffer.from(chunk + chunk), bytes(6_000_000)]);
  const headers = { ...signed, ...trailerOf('x'.repeat(200), '') };
  const path = `${server.url}/${Bucket}/half-way`;
  expect(codeOf(await sendRaw('PUT', path, headers, framed, agent))).toBe('InvalidChunkSizeError');
  expect((await sendRaw('PUT', path, signed, 'fine', agent)).status).toBe(200);
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  agent.destroy();
});

function trailerOf(declared: string, trailer: string): Record<string, string> {
  return {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': String(declared.length),
    'x-amz-trailer': trailer,
  };
}
