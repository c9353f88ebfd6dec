import {
  CreateBucketCommand,
  DeleteObjectsCommand,
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
    await put(`captures/m/audio/${nameAt(begin + 10_000)}`, '');
    expect(await count()).toEqual({ expectedMs: 10_000, gapMs: 0 });
  });

  test('is unknown while there is none', async () => {
    await put('captures/m/meeting-events/2026-11-28-09-00-00-000.txt', '{}');
    expect(await count()).toBeUndefined();
  });
});

describe('by pages', () => {
  const client = new S3Client({ region: 'eu-west-1' });
  const sdk = mockClient(client);
  beforeEach(() => sdk.reset());
  afterAll(() => sdk.restore());
  const chunks = toChunks('recordings', client);
  const deleted = () => sdk.commandCalls(DeleteObjectsCommand).map(({ args }) => args[0].input.Delete?.Objects ?? []);
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

  test('every version of every chunk is removed, and of every joined file, and nothing else', async () => {
    sdk.on(ListObjectVersionsCommand, { Prefix: 'captures/m/' }).resolves({
      Versions: [versioned('captures/m/audio/1.mp4', 'v1')],
      IsTruncated: true,
      NextKeyMarker: 'captures/m/audio/1.mp4',
      NextVersionIdMarker: 'v1',
    });
    sdk
      .on(ListObjectVersionsCommand, {
        Prefix: 'captures/m/',
        KeyMarker: 'captures/m/audio/1.mp4',
        VersionIdMarker: 'v1',
      })
      .resolves({ DeleteMarkers: [versioned('captures/m/audio/1.mp4', 'v2')], IsTruncated: false });
    const joined = [
      'recordings/m/audio/J-1.mp4',
      'recordings/m/meeting-events/j-1.txt',
      'recordings/m/audio/j-2.mp4',
      'recordings/m/uploaded.mp4',
    ];
    sdk
      .on(ListObjectVersionsCommand, { Prefix: 'recordings/m/' })
      .resolves({ Versions: joined.map((key) => versioned(key, 'v')) });
    sdk.on(DeleteObjectsCommand).resolves({});
    await chunks.remove('m', ['j-1']);
    expect(deleted()).toEqual([
      [versioned('captures/m/audio/1.mp4', 'v1'), versioned('captures/m/audio/1.mp4', 'v2')],
      joined.slice(0, 2).map((key) => versioned(key, 'v')),
    ]);
  });

  test('a thousand at once, and nothing of recordings where none was joined', async () => {
    const Versions = Array.from({ length: 2_001 }, (_, n) => versioned(`captures/m/audio/${n}.mp4`, 'v'));
    sdk.on(ListObjectVersionsCommand).resolves({ Versions });
    sdk.on(DeleteObjectsCommand).resolves({});
    await chunks.remove('m', []);
    expect(deleted().map((some) => some.length)).toEqual([1_000, 1_000, 1]);
  });

  test('one that is not removed is removed again', async () => {
    sdk.on(ListObjectVersionsCommand).resolves({ Versions: [versioned('captures/m/audio/1.mp4', 'v')] });
    sdk.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'captures/m/audio/1.mp4', Code: 'InternalError' }] });
    await expect(chunks.remove('m', [])).rejects.toMatchObject({ code: 'ServiceUnavailable' });
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
