import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentRecording } from '../../../local/cases/media.ts';
import { toDocuments, toRecordings } from '../../../pipeline/edge/s3.ts';
import { startServer } from '../../local/services/s3/server.ts';
import { testConfig } from '../memoryPorts.ts';
import { documentsContract } from '../portContracts.ts';
import { serviceError } from './serviceError.ts';

/** Real requests over HTTP to the stand-in; every test has buckets of its own. */
let server: Awaited<ReturnType<typeof startServer>>;
let config = testConfig();
let made = 0;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  made += 1;
  const names = { recordingsBucket: `recordings-${made}`, transcriptsBucket: `transcripts-${made}` };
  config = { ...config, ...names, medicalDataBucket: `medical-data-${made}` };
  for (const Bucket of [config.recordingsBucket, config.transcriptsBucket, config.medicalDataBucket]) {
    await server.client.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await server.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
});

documentsContract(() => toDocuments(config, server.client));

describe('the proof that a bucket takes writes', () => {
  const proof = 'answers/rec-1/proof';
  /** How often the proof was written. */
  const proofs = () =>
    vi.mocked(server.client).send.mock.calls.filter(([{ input }]) => 'Key' in input && input.Key === proof).length;
  beforeEach(() => void vi.spyOn(server.client, 'send'));
  afterEach(() => vi.restoreAllMocks());

  test('is a write, and a write of the last minute is proof enough', async () => {
    const documents = toDocuments(config, server.client);
    await documents.prove('medicalData', proof);
    await documents.prove('medicalData', proof);
    expect(proofs()).toBe(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 });
    try {
      await documents.prove('medicalData', proof);
    } finally {
      vi.useRealTimers();
    }
    expect(proofs()).toBe(2);
  });

  test('is what somebody else has seen, for as long', async () => {
    const documents = toDocuments(config, server.client);
    const provenAt = Date.now();
    expect(await documents.prove('medicalData', proof, provenAt)).toBe(provenAt);
    expect(proofs()).toBe(0);
    expect(await documents.prove('medicalData', proof, provenAt - 60_000)).toBeGreaterThanOrEqual(provenAt);
    expect(proofs()).toBe(1);
  });

  test('is not a write elsewhere, nor one before another that failed', async () => {
    const documents = toDocuments(config, server.client);
    await documents.write('transcripts', 'a', 'b', 'text/plain');
    await documents.prove('medicalData', proof);
    expect(proofs()).toBe(1);
    const nowhere = 'k'.repeat(1_025);
    await expect(documents.write('medicalData', nowhere, 'b', 'text/plain')).rejects.toMatchObject({
      name: 'KeyTooLongError',
    });
    await documents.prove('medicalData', proof);
    expect(proofs()).toBe(2);
  });
});

test('every document is encrypted with the configured key and says what it is', async () => {
  await toDocuments(config, server.client).write('transcripts', 'a.vtt', 'WEBVTT\n', 'text/vtt');
  const Key = { Bucket: config.transcriptsBucket, Key: 'a.vtt' };
  expect(await server.client.send(new HeadObjectCommand(Key))).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: expect.stringContaining('medzen'),
    BucketKeyEnabled: true,
    ContentType: 'text/vtt',
  });
});

describe('a recording', () => {
  async function put(body: string | Uint8Array, more: Partial<PutObjectCommandInput> = {}) {
    const where = { Bucket: config.recordingsBucket, Key: 'recordings/m 1/visit é.mp4' };
    const { VersionId, ETag = '' } = await server.client.send(new PutObjectCommand({ ...where, Body: body, ...more }));
    const size = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    return { bucket: where.Bucket, key: where.Key, etag: ETag, size, ...(VersionId && { versionId: VersionId }) };
  }

  test('has one fingerprint for the same bytes, whatever version they are', async () => {
    const recordings = toRecordings(config, server.client);
    const [first, second, other] = [await put('same'), await put('same'), await put('else')];
    expect(first.versionId).not.toBe(second.versionId);
    expect(await recordings.checksum(second)).toBe(await recordings.checksum(first));
    expect(await recordings.checksum(other)).not.toBe(await recordings.checksum(first));
  });

  test('that is gone, or whose version is, has none', async () => {
    const recordings = toRecordings(config, server.client);
    const object = await put('here');
    expect(await recordings.checksum({ ...object, key: 'recordings/m1/gone.mp4' })).toBeUndefined();
    const version = { Bucket: object.bucket, Key: object.key, VersionId: object.versionId };
    await server.client.send(new DeleteObjectCommand(version));
    expect(await recordings.checksum(object)).toBeUndefined();
  });

  test('is probed in its own version', async () => {
    const recordings = toRecordings(config, server.client);
    const wav = await put(await silentRecording({ container: 'wav', channels: 2, durationMs: 1_500 }));
    await put('written over it');
    expect(await recordings.probe(wav)).toMatchObject({
      format: 'wav',
      audio: { codec: 'pcm-s16', channels: 2, sampleRate: 16_000, durationMs: 1_500 },
    });
  });
});

describe('a store that refuses', () => {
  const refusing = (name: string, status: number) => {
    const client = new S3Client({ region: 'eu-west-1' });
    mockClient(client).onAnyCommand().rejects(serviceError(name, status));
    return client;
  };

  test.each([
    ['SlowDown', 503, 'Throttled'],
    ['InternalError', 500, 'ServiceUnavailable'],
    ['AccessDenied', 403, 'AccessDenied'],
    ['NoSuchBucket', 404, 'NoSuchBucket'],
  ])('by %s is an error, never an empty answer', async (name, status, expected) => {
    const documents = toDocuments(config, refusing(name, status));
    await expect(documents.read('transcripts', 'k')).rejects.toMatchObject({ name: expected });
    await expect(documents.write('transcripts', 'k', 't', 'text/plain')).rejects.toMatchObject({ name: expected });
  });

  test('in the middle of a probe is no bad recording', async () => {
    const object = { bucket: 'b', key: 'k', etag: 'e', size: 1_000 };
    await expect(toRecordings(config, refusing('SlowDown', 503)).probe(object)).rejects.toMatchObject({
      name: 'Throttled',
    });
  });
});
