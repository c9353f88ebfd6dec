import { ListObjectsV2Command, type ListObjectsV2CommandInput, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, type Server, startServer } from './server.ts';

const Bucket = 'listings';
// In the order of their UTF-8 bytes. JavaScript would sort the emoji, an astral character, before U+FF5E.
const keys = ['a', 'b c+d', 'dir/1', 'dir/2', 'dir/sub/3', 'dir2/4', 'line\r\nend', 'z&<é>', '～', '😀'];
let server: Server;

beforeAll(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket);
  for (const key of keys.toReversed()) await server.s3.put(Bucket, key, key);
});
afterAll(() => server[Symbol.asyncDispose]());

const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
  server.client.send(new ListObjectsV2Command({ Bucket, ...input }));

test('all keys in UTF-8 order, with size, ETag and time', async () => {
  const { Contents = [], KeyCount, IsTruncated } = await list();
  expect(Contents.map(({ Key }) => Key)).toEqual(keys);
  expect({ KeyCount, IsTruncated }).toEqual({ KeyCount: keys.length, IsTruncated: false });
  const head = await server.s3.head(Bucket, 'a');
  expect(Contents[0]).toMatchObject({ Size: 1, ETag: `"${head?.etag}"`, StorageClass: 'STANDARD' });
  expect(Contents[0]?.LastModified?.getTime()).toBe(head?.lastModified);
});

test.each([1, 3, 1000])('pages of %i with a delimiter give everything once', async (pageSize) => {
  const seen = new Set<string | undefined>();
  let count = 0;
  const pages = paginateListObjectsV2({ client: server.client, pageSize }, { Bucket, Delimiter: '/' });
  for await (const { Contents = [], CommonPrefixes = [], KeyCount } of pages) {
    expect(KeyCount).toBe(Contents.length + CommonPrefixes.length);
    expect(KeyCount).toBeLessThanOrEqual(pageSize);
    for (const name of [...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)])
      seen.add(name);
    count += KeyCount ?? 0;
  }
  expect(seen).toEqual(new Set(['a', 'b c+d', 'dir/', 'dir2/', 'line\r\nend', 'z&<é>', '～', '😀']));
  expect(count).toBe(seen.size);
});

test('prefix and delimiter', async () => {
  const { Contents, CommonPrefixes } = await list({ Prefix: 'dir/', Delimiter: '/' });
  expect(Contents?.map(({ Key }) => Key)).toEqual(['dir/1', 'dir/2']);
  expect(CommonPrefixes).toEqual([{ Prefix: 'dir/sub/' }]);
});

test('start-after', async () => {
  const { Contents } = await list({ StartAfter: 'dir/2', MaxKeys: 2 });
  expect(Contents?.map(({ Key }) => Key)).toEqual(['dir/sub/3', 'dir2/4']);
});

test('url encoding of names', async () => {
  const { Contents, EncodingType } = await list({ EncodingType: 'url' });
  expect(EncodingType).toBe('url');
  const encoded = ['b+c%2Bd', 'dir/1', 'line%0D%0Aend', 'z%26%3C%C3%A9%3E', '%F0%9F%98%80'];
  expect(Contents?.map(({ Key }) => Key)).toEqual(expect.arrayContaining(encoded));
});

test('no keys at all when none are wanted', async () => {
  expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test('the owner is told on demand', async () => {
  expect((await list()).Contents?.[0]?.Owner).toBeUndefined();
  expect((await list({ FetchOwner: true })).Contents?.[0]?.Owner?.ID).toBeDefined();
});

test.each(['max-keys=x', 'max-keys=-1', 'encoding-type=base64', 'continuation-token=made-up'])(
  '%s is refused',
  async (parameter) => {
    expect(codeOf(await server.send('GET', `/${Bucket}?list-type=2&${parameter}`))).toBe('InvalidArgument');
  },
);
