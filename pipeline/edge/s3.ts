import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Config } from '../config.ts';
import type { Documents, ReadablePlace, Recordings } from '../ports.ts';
import type { RecordingObject } from '../recording/recording.ts';
import { isNamed, request } from './failure.ts';
import { probeMedia } from './media.ts';

export function toRecordings(_config: Config, client = new S3Client({})): Recordings {
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
    probe(object) {
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

export function toDocuments(config: Config, client = new S3Client({})): Documents {
  const bucketOf: Record<ReadablePlace, string> = {
    recordings: config.recordingsBucket,
    transcripts: config.transcriptsBucket,
    medicalData: config.medicalDataBucket,
  };
  return {
    async read(place, key) {
      return ifPresent(async () => {
        const object = await client.send(new GetObjectCommand({ Bucket: bucketOf[place], Key: key }));
        return (await object.Body?.transformToString('utf-8')) ?? '';
      });
    },
    async write(place, key, text, contentType) {
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
