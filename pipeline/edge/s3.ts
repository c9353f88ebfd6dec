import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import type { DocumentPlace, Documents, ReadablePlace, Recordings } from '../ports.ts';
import type { RecordingObject } from '../recording/recording.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

export function toRecordings(_config: Config, client = new S3Client(withLimit('s3'))): Recordings {
  return {
    async checksum(object) {
      const head = await lookAt(client, object);
      return head && toFingerprint(head);
    },
    async newest({ bucket, key }) {
      const head = await lookAt(client, { bucket, key });
      return head && { versionId: head.VersionId, checksum: toFingerprint(head) };
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

function lookAt(client: S3Client, object: Address): Promise<HeadObjectCommandOutput | undefined> {
  return ifPresent(() => client.send(new HeadObjectCommand({ ...address(object), ChecksumMode: 'ENABLED' })));
}

function toFingerprint(head: HeadObjectCommandOutput): string {
  const { ChecksumCRC64NVME, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA1, ChecksumSHA256, ETag } = head;
  const sum = ChecksumSHA256 ?? ChecksumCRC64NVME ?? ChecksumCRC32C ?? ChecksumCRC32 ?? ChecksumSHA1 ?? ETag;
  return `${head.ContentLength} ${head.ChecksumType ?? ''} ${sum}`;
}

/** How long a write shows that its bucket takes writes: from the plan to its first questions, and from one to the next. */
const proofMs = 60_000;

export function toDocuments(config: Config, client = new S3Client(withLimit('s3'))): Documents {
  const bucketOf: Record<ReadablePlace, string> = {
    recordings: config.recordingsBucket,
    transcripts: config.transcriptsBucket,
    medicalData: config.medicalDataBucket,
  };
  const written = new Map<DocumentPlace, number>();
  const get = (place: ReadablePlace, Key: string, Range?: string) =>
    ifPresent(async () => {
      try {
        const object = await client.send(new GetObjectCommand({ Bucket: bucketOf[place], Key, Range }));
        return (await object.Body?.transformToString('utf-8')) ?? '';
      } catch (error) {
        // The document ends before the range begins, and an empty one before any.
        if (isNamed(error, 'InvalidRange')) return '';
        throw error;
      }
    });
  return {
    read: (place, key, most) => get(place, key, most === undefined ? undefined : `bytes=0-${most - 1}`),
    readRange: (place, key, { from, to }) => get(place, key, `bytes=${from}-${to - 1}`),
    async prove(place, key, provenAt = 0) {
      const last = Math.max(provenAt, written.get(place) ?? 0);
      if (Date.now() - last < proofMs) return last;
      await write(place, key, '', 'text/plain');
      return Date.now();
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

type Address = Pick<RecordingObject, 'bucket' | 'key' | 'versionId'>;

function address({ bucket, key, versionId }: Address) {
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
