import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, type Server, startServer } from './server.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer();
  await server.s3.createBucket('bucket');
  await server.s3.put('bucket', 'key', 'x');
});
afterAll(() => server[Symbol.asyncDispose]());

test.each<[string, string, string, Record<string, string>?]>([
  ['acl', 'GET', '/bucket/key?acl'],
  ['acl', 'PUT', '/bucket?acl'],
  ['x-amz-acl', 'PUT', '/bucket/key', { 'x-amz-acl': 'public-read' }],
  ['torrent', 'GET', '/bucket/key?torrent'],
  ['select', 'POST', '/bucket/key?select&select-type=2'],
  ['restore', 'POST', '/bucket/key?restore'],
  ['object-lock', 'PUT', '/bucket?object-lock'],
  ['retention', 'PUT', '/bucket/key?retention'],
  ['x-amz-object-lock-mode', 'PUT', '/bucket/key', { 'x-amz-object-lock-mode': 'COMPLIANCE' }],
  ['attributes', 'GET', '/bucket/key?attributes'],
  ['replication', 'PUT', '/bucket?replication'],
  ['website', 'GET', '/bucket?website'],
  ['policyStatus', 'GET', '/bucket?policyStatus'],
  ['ListObjects, version 1', 'GET', '/bucket'],
  ['POST Object', 'POST', '/bucket'],
  ['x-amz-expected-bucket-owner', 'GET', '/bucket/key', { 'x-amz-expected-bucket-owner': '111122223333' }],
  [
    'x-amz-server-side-encryption-customer-algorithm',
    'PUT',
    '/bucket/key',
    { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
  ],
  ['x-amz-checksum-sha512', 'PUT', '/bucket/key', { 'x-amz-checksum-sha512': 'x' }],
  ['GLACIER', 'PUT', '/bucket/key', { 'x-amz-storage-class': 'GLACIER' }],
  ['if-range', 'GET', '/bucket/key', { 'if-range': '"x"', range: 'bytes=0-1' }],
  ['several parts', 'GET', '/bucket/key', { range: 'bytes=0-1,3-4' }],
  ['if-match', 'DELETE', '/bucket/key', { 'if-match': '"x"' }],
  ['If-None-Match', 'PUT', '/bucket/key', { 'if-none-match': '"x"' }],
  ['MfaDelete', 'PUT', '/bucket?versioning'],
  ['Transfer-Encoding', 'PUT', '/bucket/key', { 'transfer-encoding': 'chunked' }],
])('%s is not implemented: %s %s', async (feature, method, path, headers = {}) => {
  const body = path.endsWith('versioning')
    ? '<VersioningConfiguration><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>'
    : 'y';
  const answer = await server.send(method, path, headers, method === 'PUT' || method === 'POST' ? body : '');
  expect([answer.status, codeOf(answer)]).toEqual([501, 'NotImplemented']);
  expect(answer.body).toContain(feature);
  expect((await server.s3.read('bucket', 'key')).toString()).toBe('x');
});

test.each([
  ['PATCH', '/bucket/key'],
  ['POST', '/bucket/key'],
  ['DELETE', '/'],
])('there is no %s %s', async (method, path) => {
  expect(codeOf(await server.send(method, path))).toBe('MethodNotAllowed');
});

test('a path that is no UTF-8', async () => {
  expect(codeOf(await server.send('GET', '/bucket/%ff'))).toBe('InvalidURI');
});

test('an error says what and where, and nothing twice', async () => {
  const answer = await server.send('GET', '/bucket/a%26b');
  expect(answer.headers['x-amz-request-id']).toMatch(/^[\dA-F]{16}$/);
  expect(answer.headers['content-type']).toBe('application/xml');
  expect(answer.body).toContain('<Code>NoSuchKey</Code>');
  expect(answer.body).toContain('<Key>a&amp;b</Key>');
});
