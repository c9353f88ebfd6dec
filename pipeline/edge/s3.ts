import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import type { Documents, ReadablePlace, Recordings } from '../ports.ts';
import type { RecordingObject } from '../recording/recording.ts';
import { isNamed, request } from './failure.ts';

export function toRecordings(_config: Config, client = new S3Client({})): Recordings {
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

export function toDocuments(config: Config, client = new S3Client({})): Documents {
  const bucketOf: Record<ReadablePlace, string> = {
    recordings: config.recordingsBucket,
    transcripts: config.transcriptsBucket,
    medicalData: config.medicalDataBucket,
  };
  const get = (place: ReadablePlace, Key: string, Range?: string) =>
    ifPresent(async () => {
      const object = await client.send(new GetObjectCommand({ Bucket: bucketOf[place], Key, Range }));
      return (await object.Body?.transformToString('utf-8')) ?? '';
    });
  return {
    read: (place, key) => get(place, key),
    async readRange(place, key, { from, to }) {
      try {
        return await get(place, key, `bytes=${from}-${to - 1}`);
      } catch (error) {
        if (isNamed(error, 'InvalidRange')) return '';
        throw error;
      }
    },
    async write(place, key, text, contentType) {
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
      await request('S3', () => upload.done());
    },
  };
}

/** An object's bytes. */
export async function readObject(Bucket: string, Key: string, client = new S3Client({})): Promise<Buffer> {
  const { Body } = await request('S3', () => client.send(new GetObjectCommand({ Bucket, Key })));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
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
