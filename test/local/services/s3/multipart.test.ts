import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { combineCrc, crc32Hasher } from '../../../../local/services/s3/crc.ts';
import { bytes, codeOf, type Server, startServer } from './server.ts';

const Bucket = 'recordings';
const MiB = 1024 ** 2;
const content = bytes(12_000_000);
let server: Server;

beforeAll(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket);
});
afterAll(() => server[Symbol.asyncDispose]());

const begin = async (Key: string, input: Partial<CreateMultipartUploadCommandInput> = {}) => {
  const { UploadId = '' } = await server.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }));
  return { Bucket, Key, UploadId };
};
type Begun = Awaited<ReturnType<typeof begin>>;

const part = (upload: Begun, PartNumber: number, Body: Buffer, input: object = {}) =>
  server.client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...input }));

const complete = (upload: Begun, Parts: { PartNumber: number; ETag?: string | undefined }[], input: object = {}) => {
  const MultipartUpload = { Parts } as { Parts: { PartNumber: number; ETag: string }[] };
  return server.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ...input }));
};

const read = (key: string) => server.s3.read(Bucket, key);

describe('lib-storage Upload', () => {
  test.each([
    ['a buffer', () => content],
    ['a stream', () => Readable.from([content.subarray(0, 7_000_001), content.subarray(7_000_001)])],
  ])('12 MB from %s', async (_, body) => {
    const result = await new Upload({ client: server.client, params: { Bucket, Key: 'upload', Body: body() } }).done();
    const parts = [0, 5, 10].map((start) => content.subarray(start * MiB, (start + 5) * MiB));
    const digests = parts.map((piece) => createHash('md5').update(piece).digest());
    const etag = `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-3"`;
    expect(result).toMatchObject({ ETag: etag, ChecksumType: 'COMPOSITE' });
    expect((await read('upload')).equals(content)).toBe(true);
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s over the full object', async (ChecksumAlgorithm) => {
    const params = { Bucket, Key: 'full', Body: content, ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' as const };
    const sums = await new Upload({ client: server.client, params }).done();
    const whole = await server.client.send(
      new PutObjectCommand({ Bucket, Key: 'whole', Body: content, ChecksumAlgorithm }),
    );
    const field = `Checksum${ChecksumAlgorithm}` as const;
    expect(sums).toMatchObject({ [field]: whole[field], ChecksumType: 'FULL_OBJECT' });
    // The SDK verifies the answer against this checksum while the bytes pass.
    const got = await server.client.send(new GetObjectCommand({ Bucket, Key: 'full', ChecksumMode: 'ENABLED' }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
  });

  test.each(['SHA1', 'SHA256'] as const)('%s is a checksum of checksums', async (ChecksumAlgorithm) => {
    const params = { Bucket, Key: 'sha', Body: content, ChecksumAlgorithm };
    const sums = await new Upload({ client: server.client, params }).done();
    expect(sums[`Checksum${ChecksumAlgorithm}`]).toMatch(/=-3$/);
  });

  test('SSE-KMS and the type', async () => {
    const params = {
      Bucket,
      Key: 'kms',
      Body: content,
      ServerSideEncryption: 'aws:kms' as const,
      SSEKMSKeyId: 'alias/medical',
      ContentType: 'audio/mp4',
    };
    const { ETag } = await new Upload({ client: server.client, params }).done();
    const head = await server.client.send(new HeadObjectCommand({ Bucket, Key: 'kms' }));
    expect(head).toMatchObject({ ETag, SSEKMSKeyId: 'alias/medical' });
    expect(head.ContentType).toBe('audio/mp4');
    expect(ETag).toMatch(/^"[\da-f]{32}-3"$/);
  });

  test('a failed upload leaves nothing behind', async () => {
    const Body = Readable.from(
      (function* () {
        yield content;
        throw new Error('the recorder stopped');
      })(),
    );
    const upload = new Upload({ client: server.client, params: { Bucket, Key: 'broken', Body } });
    await expect(upload.done()).rejects.toThrow('the recorder stopped');
    const parts = new ListPartsCommand({ Bucket, Key: 'broken', UploadId: upload.uploadId });
    await expect(server.client.send(parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(await server.s3.head(Bucket, 'broken')).toBeUndefined();
  });
});

describe('parts', () => {
  test('are listed and replaced', async () => {
    const upload = await begin('parts', { ChecksumAlgorithm: 'SHA256' });
    await part(upload, 2, bytes(10), { ChecksumAlgorithm: 'SHA256' });
    await part(upload, 2, bytes(20), { ChecksumAlgorithm: 'SHA256' });
    const first = await part(upload, 1, content.subarray(0, 5 * MiB), { ChecksumAlgorithm: 'SHA256' });
    const listed = await server.client.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5 * MiB],
      [2, 20],
    ]);
    expect(listed).toMatchObject({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE', IsTruncated: false });
    expect(listed.NextPartNumberMarker).toBe('2');
    expect(listed.Parts?.[0]).toMatchObject({ ETag: first.ETag, ChecksumSHA256: first.ChecksumSHA256 });
    const page = await server.client.send(new ListPartsCommand({ ...upload, MaxParts: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1' });
    const rest = await server.client.send(new ListPartsCommand({ ...upload, PartNumberMarker: '1' }));
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([2]);
  });

  test('a part that is not listed at the end is dropped', async () => {
    const upload = await begin('partial');
    const { ETag } = await part(upload, 1, bytes(10));
    await part(upload, 2, bytes(20));
    await complete(upload, [{ PartNumber: 1, ETag }]);
    expect(await read('partial')).toEqual(bytes(10));
  });

  test('a wrong checksum keeps the part out', async () => {
    const upload = await begin('bad-part');
    await expect(part(upload, 1, bytes(10), { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    expect((await server.client.send(new ListPartsCommand(upload))).Parts).toBeUndefined();
  });

  test.each([
    ['another algorithm than the upload', { ChecksumAlgorithm: 'SHA256' as const }, { ChecksumAlgorithm: 'CRC32' }],
  ])('%s is refused', async (_, create, input) => {
    const upload = await begin('other-algorithm', create);
    await expect(part(upload, 1, bytes(10), input)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  test.each(['0', '10001', 'x'])('there is no part number %s', async (number) => {
    const { UploadId } = await begin('numbers');
    const path = `/${Bucket}/numbers?partNumber=${number}&uploadId=${UploadId}`;
    expect(codeOf(await server.send('PUT', path, {}, 'x'))).toBe('InvalidArgument');
  });
});

describe('completion', () => {
  const two = async (key: string, firstSize: number, input: Partial<CreateMultipartUploadCommandInput> = {}) => {
    const upload = await begin(key, input);
    const one = await part(upload, 1, content.subarray(0, firstSize));
    const last = await part(upload, 2, bytes(10));
    return {
      upload,
      parts: [
        { PartNumber: 1, ETag: one.ETag, ChecksumCRC32: one.ChecksumCRC32 },
        { PartNumber: 2, ETag: last.ETag, ChecksumCRC32: last.ChecksumCRC32 },
      ],
    };
  };

  test('only the last part may be smaller than 5 MiB', async () => {
    const { upload, parts } = await two('small', 5 * MiB - 1);
    await expect(complete(upload, parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    expect(await server.s3.head(Bucket, 'small')).toBeUndefined();
  });

  test('wants the parts in order, as they were uploaded', async () => {
    const { upload, parts } = await two('order', 5 * MiB);
    const refusal = (list: typeof parts) => complete(upload, list).catch((error: Error) => error.name);
    expect(await refusal(parts.toReversed())).toBe('InvalidPartOrder');
    expect(await refusal([...parts, { PartNumber: 3, ETag: '"0"', ChecksumCRC32: undefined }])).toBe('InvalidPart');
    expect(await refusal(parts.map((listed) => ({ ...listed, ETag: '"0"' })))).toBe('InvalidPart');
    expect(await refusal(parts.map((listed) => ({ ...listed, ChecksumCRC32: 'AAAAAA==' })))).toBe('InvalidPart');
    expect(await refusal([])).toBe('MalformedXML');
    await expect(complete(upload, parts)).resolves.toBeDefined();
  });

  // A client repeats the request when the first answer is lost.
  test('that is repeated is answered as the first time, and makes no second object', async () => {
    const before = server.events.length;
    const { upload, parts } = await two('repeated', 5 * MiB);
    const { $metadata: _, ...first } = await complete(upload, parts);
    expect(await complete(upload, parts)).toMatchObject(first);
    expect(server.events).toHaveLength(before + 1);
    await server.s3.put(Bucket, 'repeated', 'written over');
    await expect(complete(upload, parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('of an upload with part checksums names them', async () => {
    const { upload, parts } = await two('sums', 5 * MiB, { ChecksumAlgorithm: 'CRC32' });
    const without = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    await expect(complete(upload, without)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('missing for part 1') as string,
    });
    const { ChecksumCRC32 } = await complete(upload, parts);
    const values = parts.map((listed) => Buffer.from(listed.ChecksumCRC32 ?? '', 'base64'));
    const hasher = crc32Hasher();
    hasher.update(Buffer.concat(values));
    expect(ChecksumCRC32).toBe(`${hasher.digest().toString('base64')}-2`);
  });

  test('verifies what the client states of the whole', async () => {
    const created = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const { upload, parts } = await two('whole', 5 * MiB, created);
    const refusal = (input: object) => complete(upload, parts, input).catch((error: Error) => error.name);
    expect(await refusal({ ChecksumCRC32: 'AAAAAA==' })).toBe('BadDigest');
    expect(await refusal({ ChecksumType: 'COMPOSITE' })).toBe('BadDigest');
    expect(await refusal({ MpuObjectSize: 5 * MiB })).toBe('InvalidRequest');
    const [first, last] = parts.map((listed) => Buffer.from(listed.ChecksumCRC32 ?? '', 'base64'));
    if (first === undefined || last === undefined) throw new Error('no checksums');
    const ChecksumCRC32 = combineCrc('CRC32', first, last, 10).toString('base64');
    const stated = { ChecksumCRC32, ChecksumType: 'FULL_OBJECT', MpuObjectSize: 5 * MiB + 10 };
    expect(await complete(upload, parts, stated)).toMatchObject({ ChecksumCRC32 });
  });

  test('without a named algorithm gives CRC64NVME over the full object', async () => {
    const { upload, parts } = await two('unnamed', 5 * MiB);
    const completed = await complete(upload, parts);
    const whole = Buffer.concat([content.subarray(0, 5 * MiB), bytes(10)]);
    const put = await server.client.send(
      new PutObjectCommand({ Bucket, Key: 'named', Body: whole, ChecksumAlgorithm: 'CRC64NVME' }),
    );
    expect(completed).toMatchObject({ ChecksumCRC64NVME: put.ChecksumCRC64NVME, ChecksumType: 'FULL_OBJECT' });
  });
});

test('an aborted upload is gone', async () => {
  const upload = await begin('aborted');
  await part(upload, 1, bytes(10));
  await server.client.send(new AbortMultipartUploadCommand(upload));
  const gone = { name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } };
  await expect(part(upload, 2, bytes(10))).rejects.toMatchObject(gone);
  await expect(server.client.send(new ListPartsCommand(upload))).rejects.toMatchObject(gone);
  await expect(server.client.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(gone);
});
