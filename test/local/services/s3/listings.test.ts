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

test.each([1, 3, 1000])('pages of %i give everything once, in order', async (pageSize) => {
  const seen: (string | undefined)[] = [];
  const pages = paginateListObjectsV2({ client: server.client, pageSize }, { Bucket });
  for await (const { Contents = [], KeyCount } of pages) {
    expect(KeyCount).toBe(Contents.length);
    expect(KeyCount).toBeLessThanOrEqual(pageSize);
    seen.push(...Contents.map(({ Key }) => Key));
  }
  expect(seen).toEqual(keys);
});

test('a prefix', async () => {
  const { Contents } = await list({ Prefix: 'dir/' });
  expect(Contents?.map(({ Key }) => Key)).toEqual(['dir/1', 'dir/2', 'dir/sub/3']);
});

test('no keys at all when none are wanted', async () => {
  expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test('keys encoded as the AWS CLI asks for them', async () => {
  const { Contents = [], EncodingType, Prefix } = await list({ EncodingType: 'url', Prefix: 'line' });
  expect({ EncodingType, Prefix, Contents }).toMatchObject({
    EncodingType: 'url',
    Prefix: 'line',
    Contents: [{ Key: 'line%0D%0Aend' }],
  });
  const all = (await list({ EncodingType: 'url' })).Contents?.map(({ Key = '' }) => Key) ?? [];
  expect(all.slice(0, 3)).toEqual(['a', 'b+c%2Bd', 'dir/1']);
  expect(all.map((key) => decodeURIComponent(key.replaceAll('+', ' ')))).toEqual(keys);
});

test.each(['max-keys=x', 'encoding-type=xml', 'max-keys=-1', 'continuation-token=made-up', 'continuation-token='])(
  '%s is refused',
  async (parameter) => {
    expect(codeOf(await server.send('GET', `/${Bucket}?list-type=2&${parameter}`))).toBe('InvalidArgument');
  },
);
