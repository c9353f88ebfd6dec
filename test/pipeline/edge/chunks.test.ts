import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exactSilence } from '../../../local/record/silence.ts';
import { toChunks } from '../../../pipeline/edge/chunks.ts';
import { startServer } from '../../local/services/s3/server.ts';

const nameAt = (ms: number) => new Date(ms).toISOString().replaceAll(/[T:.]/g, '-').replace('Z', '.mp4');
const begin = Date.parse('2026-11-28T09:00:00.000Z');

describe('the length of a capture', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let bucket = '';
  let made = 0;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    bucket = `chunks-${(made += 1)}`;
    await server.client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  const put = (Key: string, Body: Uint8Array | string) =>
    server.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const count = () => toChunks(bucket, server.client).count('m');

  test('is that of its chunks, of which only the last one is read', async () => {
    const last = await exactSilence(2_400, 1, 16_000);
    for (const n of [0, 1, 2]) await put(`captures/m/audio/${nameAt(begin + n * 5_000)}`, n === 2 ? last : 'not read');
    // Two seconds and a half that nobody captured, and then the last one.
    await put(`captures/m/audio/${nameAt(begin + 17_500)}`, last);
    await put('captures/m/meeting-events/2026-11-28-09-00-00-000.txt', '{}');
    await put(`captures/another/audio/${nameAt(begin + 60_000)}`, last);
    expect(await count()).toEqual({ expectedMs: 10_000 + 5_250 + 2_400, gapMs: 2_250 });
  });

  test('does not hang on a last chunk that is cut off', async () => {
    await put(`captures/m/audio/${nameAt(begin)}`, await exactSilence(5_000, 1, 16_000));
    await put(`captures/m/audio/${nameAt(begin + 5_000)}`, (await exactSilence(5_000, 1, 16_000)).subarray(0, 40));
    expect(await count()).toEqual({ expectedMs: 5_000, gapMs: 0 });
    await put(`captures/m/audio/${nameAt(begin + 10_000)}`, ' ');
    expect(await count()).toEqual({ expectedMs: 10_000, gapMs: 0 });
  });

  test('is unknown while there is none', async () => {
    await put('captures/m/meeting-events/2026-11-28-09-00-00-000.txt', '{}');
    expect(await count()).toBeUndefined();
  });
});

describe('what is discarded', () => {
  test('is every version of every chunk and of every joined file, and nothing else', async () => {
    await using server = await startServer();
    const Bucket = 'recordings';
    await server.s3.createBucket(Bucket, { versioned: true });
    const put = (Key: string) => server.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const stay = ['captures/m2/audio/1.mp4', 'recordings/m/audio/other.mp4', 'recordings/m/uploaded.mp4'];
    const go = ['captures/m/audio/1.mp4', 'captures/m/meeting-events/1.txt', 'recordings/m/audio/J-1.mp4'];
    for (const key of [...stay, ...go, 'recordings/m/meeting-events/j-1.txt', ...go]) await put(key);
    await server.client.send(new DeleteObjectCommand({ Bucket, Key: 'captures/m/audio/1.mp4' }));
    for (let times = 0; times < 2; times += 1) await toChunks(Bucket, server.client).remove('m', ['j-1', 'j-2']);
    const { Versions = [], DeleteMarkers = [] } = await server.client.send(new ListObjectVersionsCommand({ Bucket }));
    expect([Versions.map(({ Key }) => Key), DeleteMarkers]).toEqual([stay, []]);
  });
});

describe('by pages', () => {
  const client = new S3Client({ region: 'eu-west-1' });
  const sdk = mockClient(client);
  beforeEach(() => sdk.reset());
  afterAll(() => sdk.restore());
  const chunks = toChunks('recordings', client);
  const deleted = () => sdk.commandCalls(DeleteObjectCommand).map(({ args }) => args[0].input);
  const versioned = (Key: string, VersionId: string) => ({ Key, VersionId });

  test('a capture of hours is counted whole', async () => {
    const page = (from: number) => ({
      Contents: [0, 1].map((n) => ({ Key: `captures/m/audio/${nameAt(begin + (from + n) * 5_000)}`, Size: 0 })),
    });
    sdk
      .on(ListObjectsV2Command, { ContinuationToken: undefined })
      .resolves({ ...page(0), NextContinuationToken: 'more' });
    sdk.on(ListObjectsV2Command, { ContinuationToken: 'more' }).resolves(page(2));
    expect(await chunks.count('m')).toEqual({ expectedMs: 15_000, gapMs: 0 });
  });

  test('every version is removed, of however many chunks, twenty at a time', async () => {
    const [first, marker] = [versioned('captures/m/audio/1.mp4', 'v1'), versioned('captures/m/audio/1.mp4', 'v2')];
    const Versions = Array.from({ length: 50 }, (_, n) => versioned(`captures/m/audio/${n + 2}.mp4`, 'v'));
    sdk.on(ListObjectVersionsCommand, { Prefix: 'captures/m/' }).resolves({
      Versions: [first],
      IsTruncated: true,
      NextKeyMarker: first.Key,
      NextVersionIdMarker: first.VersionId,
    });
    sdk
      .on(ListObjectVersionsCommand, { KeyMarker: first.Key, VersionIdMarker: first.VersionId })
      .resolves({ DeleteMarkers: [marker], Versions, IsTruncated: false });
    let together = 0;
    let most = 0;
    sdk.on(DeleteObjectCommand).callsFake(async () => {
      most = Math.max(most, (together += 1));
      await Promise.resolve();
      together -= 1;
      return {};
    });
    await chunks.remove('m', []);
    const Bucket = 'recordings';
    expect(deleted()).toEqual([first, ...Versions, marker].map((one) => ({ Bucket, ...one })));
    expect(most).toBe(20);
  });

  test.each([
    ['SlowDown', { code: 'ServiceUnavailable' }],
    ['TimeoutError', { code: 'ServiceUnavailable' }],
    ['AccessDenied', { name: 'AccessDenied' }],
  ])('%s', async (name, expected) => {
    sdk.onAnyCommand().rejects(Object.assign(new Error('said'), { name }));
    await expect(chunks.count('m')).rejects.toMatchObject(expected);
    await expect(chunks.remove('m', [])).rejects.toMatchObject(expected);
  });
});
