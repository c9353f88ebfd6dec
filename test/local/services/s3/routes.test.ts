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
  ['ListBuckets', 'GET', '/'],
  ['DeleteBucket', 'DELETE', '/bucket'],
  ['GET with location', 'GET', '/bucket?location'],
  ['GET with uploads', 'GET', '/bucket?uploads'],
  ['ListObjects, version 1', 'GET', '/bucket'],
  ['delimiter', 'GET', '/bucket?list-type=2&delimiter=/'],
  ['start-after', 'GET', '/bucket?list-type=2&start-after=a'],
  ['fetch-owner', 'GET', '/bucket?list-type=2&fetch-owner=true'],
  ['POST with delete', 'POST', '/bucket?delete'],
  ['POST Object', 'POST', '/bucket'],
  ['POST Object', 'POST', '/bucket', { authorization: '', 'content-type': 'multipart/form-data; boundary=x' }],
  ...['acl', 'ownershipControls', 'cors', 'tagging', 'replication', 'website', 'policyStatus'].flatMap(
    (name): [string, string, string][] => [
      [name, 'GET', `/bucket?${name}`],
      [name, 'PUT', `/bucket?${name}`],
    ],
  ),
  ['tagging', 'DELETE', '/bucket?tagging'],
  ['acl', 'GET', '/bucket/key?acl'],
  ['x-amz-acl', 'PUT', '/bucket/key', { 'x-amz-acl': 'public-read' }],
  ['tagging', 'PUT', '/bucket/key?tagging'],
  ['tagging', 'GET', '/bucket/key?tagging'],
  ['tagging', 'DELETE', '/bucket/key?tagging'],
  ['x-amz-tagging', 'PUT', '/bucket/key', { 'x-amz-tagging': 'a=b' }],
  ['x-amz-meta-meeting', 'PUT', '/bucket/key', { 'x-amz-meta-meeting': 'm-1' }],
  ['x-amz-copy-source', 'PUT', '/bucket/key', { 'x-amz-copy-source': 'bucket/other' }],
  ['x-amz-copy-source', 'PUT', '/bucket/key?partNumber=1&uploadId=u', { 'x-amz-copy-source': 'bucket/other' }],
  ['torrent', 'GET', '/bucket/key?torrent'],
  ['partNumber', 'GET', '/bucket/key?partNumber=1'],
  ['select', 'POST', '/bucket/key?select&select-type=2'],
  ['restore', 'POST', '/bucket/key?restore'],
  ['retention', 'PUT', '/bucket/key?retention'],
  ['x-amz-object-lock-mode', 'PUT', '/bucket/key', { 'x-amz-object-lock-mode': 'COMPLIANCE' }],
  ['attributes', 'GET', '/bucket/key?attributes'],
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
  ['if-match', 'PUT', '/bucket/key', { 'if-match': '*' }],
  ['if-none-match', 'PUT', '/bucket/key', { 'if-none-match': '*' }],
  ['if-match', 'POST', '/bucket/key?uploadId=u', { 'if-match': '*' }],
  ['if-none-match', 'POST', '/bucket/key?uploadId=u', { 'if-none-match': '*' }],
  ['Transfer-Encoding', 'PUT', '/bucket/key', { 'transfer-encoding': 'chunked' }],
])('%s is not implemented: %s %s', async (feature, method, path, headers = {}) => {
  const answer = await server.send(method, path, headers, method === 'PUT' || method === 'POST' ? 'y' : '');
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
  const requestId = answer.headers['x-amz-request-id'];
  expect(requestId).toMatch(/^[\dA-F]{16}$/);
  expect(answer.body).toContain(`<RequestId>${String(requestId)}</RequestId>`);
  expect(answer.headers['content-type']).toBe('application/xml');
  expect(answer.body).toContain('<Code>NoSuchKey</Code>');
  expect(answer.body).toContain('<Key>a&amp;b</Key>');
});
