import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createS3 } from '../../../../local/services/s3/s3.ts';
import { ManualClock } from '../../testClock.ts';
import { bytes, type Server, signed, startServer } from './server.ts';

const Bucket = 'recordings';
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 's3-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const blobsIn = (folder: string) => readdir(join(dataDir, folder));

describe('events', () => {
  test('report puts and completed uploads, and of nothing else', async () => {
    await using server = await startServer();
    await server.s3.createBucket(Bucket, { versioned: true });
    const { client } = server;
    const Key = 'recordings/m 1+é.mp4';
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }));
    const done = await new Upload({ client, params: { Bucket, Key: 'upload', Body: bytes(6_000_000) } }).done();
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await client
      .send(new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'x', ChecksumCRC32: 'AAAAAA==' }))
      .catch(() => undefined);

    const etag = (quoted = '') => quoted.replaceAll('"', '');
    expect(server.events).toMatchObject([
      { bucket: Bucket, key: Key, size: 5, etag: etag(put.ETag), versionId: put.VersionId, reason: 'PutObject' },
      { key: 'upload', size: 6_000_000, etag: etag(done.ETag), reason: 'CompleteMultipartUpload' },
    ]);
    const sequencers = server.events.map((event) => event.sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
    expect(new Set(sequencers).size).toBe(2);
    expect(sequencers[0]).toMatch(/^[\dA-F]{18}$/);
  });
});

describe('access from inside the process', () => {
  test('put is seen by clients, with event and encryption', async () => {
    await using server = await startServer();
    await server.s3.createBucket(Bucket, { versioned: true });
    const options = { contentType: 'application/json', sseKmsKeyId: 'alias/medical' };
    const summary = await server.s3.put(Bucket, 'jobs/a.json', '{"é":1}', options);
    expect(summary).toMatchObject({ size: 8, encryption: 'aws:kms', sseKmsKeyId: 'alias/medical' });
    expect(await server.client.send(new HeadObjectCommand({ Bucket, Key: 'jobs/a.json' }))).toMatchObject({
      ContentType: 'application/json',
      SSEKMSKeyId: 'alias/medical',
      VersionId: summary.versionId,
      ContentLength: 8,
    });
    expect(server.events).toMatchObject([{ key: 'jobs/a.json', reason: 'PutObject', versionId: summary.versionId }]);
  });

  test('head and read', async () => {
    await using server = await startServer();
    await server.s3.createBucket(Bucket);
    const content = bytes(6_000_000);
    await new Upload({ client: server.client, params: { Bucket, Key: 'a', Body: content } }).done();
    expect(await server.s3.head(Bucket, 'a')).toMatchObject({ size: content.length, encryption: 'AES256' });
    expect((await server.s3.read(Bucket, 'a')).equals(content)).toBe(true);
    const range = { start: 5_242_870, end: 5_242_890 };
    expect(await server.s3.read(Bucket, 'a', range)).toEqual(content.subarray(range.start, range.end));
    expect(await server.s3.head(Bucket, 'missing')).toBeUndefined();
    expect(await server.s3.head('missing', 'a')).toBeUndefined();
    await expect(server.s3.read(Bucket, 'missing')).rejects.toMatchObject({ code: 'NoSuchKey' });
    await expect(server.s3.put('missing', 'a', 'x')).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });
});

describe('with a data directory', () => {
  test('everything outlives the process', async () => {
    const content = bytes(6_000_000);
    const unfinished = { Bucket, Key: 'unfinished' };
    let UploadId: string | undefined;
    const versions: [string, string | undefined][] = [];
    let sequencer: string | undefined;
    {
      await using server = await startServer({ dataDir });
      const { client, s3, events } = server;
      // The next process starts with a clock that is behind.
      await server.clock.advance(3_600_000);
      await s3.createBucket(Bucket, { versioned: true });
      for (const Body of ['first', 'second']) {
        const put = await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body, ContentType: `text/${Body}` }));
        versions.push(['a', put.VersionId]);
      }
      versions.push(['b', (await client.send(new DeleteObjectCommand({ Bucket, Key: 'b' }))).VersionId]);
      await new Upload({ client, params: { Bucket, Key: 'multipart', Body: content } }).done();
      ({ UploadId } = await client.send(new CreateMultipartUploadCommand(unfinished)));
      await client.send(new UploadPartCommand({ ...unfinished, UploadId, PartNumber: 1, Body: content }));
      sequencer = events.at(-1)?.sequencer;
    }
    await using server = await startServer({ dataDir });
    const { client, s3, events } = server;
    await s3.createBucket(Bucket, { versioned: true });
    const a = await client.send(new GetObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
    expect([await a.Body?.transformToString(), a.ContentType]).toEqual(['second', 'text/second']);
    expect(await readVersions(server, versions)).toEqual(['first', 'second', 'MethodNotAllowed']);
    expect((await s3.read(Bucket, 'multipart')).equals(content)).toBe(true);

    const last = await client.send(new UploadPartCommand({ ...unfinished, UploadId, PartNumber: 2, Body: bytes(10) }));
    const first = `"${createHash('md5').update(content).digest('hex')}"`;
    const Parts = [
      { PartNumber: 1, ETag: first },
      { PartNumber: 2, ETag: last.ETag },
    ];
    const MultipartUpload = { Parts };
    await client.send(new CompleteMultipartUploadCommand({ ...unfinished, UploadId, MultipartUpload }));
    expect(await s3.head(Bucket, 'unfinished')).toMatchObject({ size: 6_000_010 });
    expect((events[0]?.sequencer ?? '') > (sequencer ?? 'z')).toBe(true);
  });

  test('what a crash leaves half-written is swept away', async () => {
    {
      await using server = await startServer({ dataDir });
      await server.s3.createBucket(Bucket);
      await server.s3.put(Bucket, 'a', 'whole');
    }
    await writeFile(join(dataDir, 'incoming', 'torn'), 'half');
    await writeFile(join(dataDir, 'blobs', 'orphan'), 'without a record');
    await writeFile(join(dataDir, 'records', 'buckets', `${Bucket}.json.new`), '{"name":');
    await using server = await startServer({ dataDir });
    expect((await server.s3.read(Bucket, 'a')).toString()).toBe('whole');
    expect([await blobsIn('incoming'), (await blobsIn('blobs')).length]).toEqual([[], 1]);
  });

  test('a crash between an object and the end of its upload leaves the object', async () => {
    const records = join(dataDir, 'records', 'uploads');
    let UploadId: string | undefined;
    {
      await using server = await startServer({ dataDir });
      const { client, s3 } = server;
      await s3.createBucket(Bucket);
      ({ UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' })));
      const upload = { Bucket, Key: 'a', UploadId };
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'hello' }));
      const [name = ''] = await readdir(records);
      const record = await readFile(join(records, name));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
      await writeFile(join(records, name), record);
    }
    await using server = await startServer({ dataDir });
    const abort = server.client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'a', UploadId }));
    await expect(abort).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect((await server.s3.read(Bucket, 'a')).toString()).toBe('hello');
    expect(await readdir(records)).toEqual([]);
  });

  test('bytes that nothing refers to any more are deleted', async () => {
    await using server = await startServer({ dataDir });
    const { client, s3 } = server;
    await s3.createBucket(Bucket);
    const put = (Body: string, input: object = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'a', Body, ...input }));
    await put('first');
    await put('second');
    await put('third', { ChecksumCRC32: 'AAAAAA==' }).catch(() => undefined);
    const upload = { Bucket, Key: 'b', ...(await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'b' }))) };
    const { UploadId } = upload;
    const part = () => client.send(new UploadPartCommand({ Bucket, Key: 'b', UploadId, PartNumber: 1, Body: 'x' }));
    await part();
    await part();
    await s3.close();
    expect([(await blobsIn('blobs')).length, await blobsIn('incoming')]).toEqual([2, []]);
  });

  test('a client that goes away in the middle leaves nothing', async () => {
    await using server = await startServer({ dataDir });
    await server.s3.createBucket(Bucket);
    const headers = { ...signed, 'content-length': '200000' };
    const outgoing = request(`${server.url}/${Bucket}/a`, { method: 'PUT', headers });
    outgoing.on('error', () => undefined).write(bytes(100_000));
    await expect.poll(() => blobsIn('incoming')).toHaveLength(1);
    outgoing.destroy();
    await expect.poll(() => blobsIn('incoming')).toEqual([]);
    expect(await server.s3.head(Bucket, 'a')).toBeUndefined();
  });

  test('a reader gets the object it began with, though it is overwritten', async () => {
    await using server = await startServer({ dataDir });
    const { client, s3 } = server;
    await s3.createBucket(Bucket);
    const content = bytes(12_000_000);
    await new Upload({ client, params: { Bucket, Key: 'a', Body: content } }).done();
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    await s3.put(Bucket, 'a', 'other');
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
    await expect.poll(async () => (await blobsIn('blobs')).length).toBe(1);
  });
});

/** The text of each version, or the error instead of one. */
function readVersions({ client }: Server, versions: [string, string | undefined][]) {
  const read = async ([Key, VersionId]: [string, string | undefined]) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return Body?.transformToString();
  };
  return Promise.all(versions.map((version) => read(version).catch((error: Error) => error.name)));
}

test('an event that was not delivered is reported after the next start, until it is', async () => {
  const bucket = 'events';
  const reports = async (onObjectCreated: () => Promise<void>, write = false) => {
    const seen: string[] = [];
    const s3 = await createS3({
      clock: new ManualClock(Date.now()),
      region: 'eu-west-1',
      dataDir,
      delivers: (name) => name === bucket,
      onObjectCreated: ({ bucket: of, key }) => (seen.push(`${of}/${key}`), onObjectCreated()),
    });
    await s3.createBucket(bucket);
    await s3.createBucket('others');
    s3.redeliver();
    if (write) for (const name of [bucket, 'others']) await s3.put(name, 'a key', 'bytes');
    // The delivery, if there is one, takes effect.
    await s3.head(bucket, 'a key');
    await s3.close();
    return seen;
  };
  const never = () => new Promise<void>(() => {});
  expect(await reports(never, true)).toEqual(['events/a key', 'others/a key']);
  expect(await reports(() => Promise.resolve())).toEqual(['events/a key']);
  expect(await reports(never)).toEqual([]);
});
