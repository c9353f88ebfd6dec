import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import type { DocumentPlace, Documents, ReadablePlace, Recordings } from '../ports.ts';
import type { RecordingObject } from '../recording/recording.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

export function toRecordings(_config: Config, client = new S3Client(withLimit('s3'))): Recordings {
  return {
    async checksum(object) {
      const head = await ifPresent(() =>
        client.send(new HeadObjectCommand({ ...address(object), ChecksumMode: 'ENABLED' })),
      );
      if (!head) return undefined;
      const { ChecksumCRC64NVME, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA1, ChecksumSHA256, ETag } = head;
      const sum = ChecksumSHA256 ?? ChecksumCRC64NVME ?? ChecksumCRC32C ?? ChecksumCRC32 ?? ChecksumSHA1 ?? ETag;
      return `${head.ContentLength} ${head.ChecksumType ?? ''} ${sum}`;
    },
    async probe(object) {
      const { probeMedia } = await import('./media.ts');
      return probeMedia(object.size, (start, end) =>
        request('S3', async () => {
          const range = await client.send(
            new GetObjectCommand({ ...address(object), Range: `bytes=${start}-${end - 1}` }),
          );
          return (await range.Body?.transformToByteArray()) ?? new Uint8Array();
        }),
      );
    },
  };
}

/** How long a write shows that its bucket takes writes: from one answer to the next question in a warm function. */
const proofMs = 10_000;

export function toDocuments(config: Config, client = new S3Client(withLimit('s3'))): Documents {
  const bucketOf: Record<ReadablePlace, string> = {
    recordings: config.recordingsBucket,
    transcripts: config.transcriptsBucket,
    medicalData: config.medicalDataBucket,
  };
  const written = new Map<DocumentPlace, number>();
  return {
    async read(place, key, most) {
      const range = most === undefined ? {} : { Range: `bytes=0-${most - 1}` };
      return ifPresent(async () => {
        try {
          const object = await client.send(new GetObjectCommand({ Bucket: bucketOf[place], Key: key, ...range }));
          return (await object.Body?.transformToString('utf-8')) ?? '';
        } catch (error) {
          // No range begins in an empty document.
          if (isNamed(error, 'InvalidRange')) return '';
          throw error;
        }
      });
    },
    async prove(place, key) {
      const isFresh = Date.now() - (written.get(place) ?? 0) < proofMs;
      if (!isFresh) await write(place, key, '', 'text/plain');
    },
    write,
  };

  async function write(place: DocumentPlace, key: string, text: string, contentType: string): Promise<void> {
    // Only a step that writes loads what uploads.
    const { Upload } = await import('@aws-sdk/lib-storage');
    const upload = new Upload({
      client,
      params: {
        Bucket: bucketOf[place],
        Key: key,
        Body: Buffer.from(text),
        ContentType: contentType,
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: config.kmsKeyId,
        BucketKeyEnabled: true,
      },
    });
    written.delete(place);
    await request('S3', () => upload.done());
    written.set(place, Date.now());
  }
}

/** An object's bytes. */
export async function readObject(Bucket: string, Key: string, client = new S3Client(withLimit('s3'))): Promise<Buffer> {
  return request('S3', async () => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  });
}

function address({ bucket, key, versionId }: RecordingObject) {
  return { Bucket: bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}

async function ifPresent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request('S3', read);
  } catch (error) {
    if (isNamed(error, 'NoSuchKey', 'NotFound', 'NoSuchVersion')) return undefined;
    throw error;
  }
}
