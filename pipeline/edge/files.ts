import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Files } from '../chatPorts.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

/** An upload carries the checksum that was announced, and no other. */
const plain = { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' } as const;

/** The bucket of a chat's files. Uploads and links are signed with the function's own credentials: no call is made. */
export function toFiles(
  bucket: string,
  kmsKeyId: string,
  client = new S3Client({ ...withLimit('s3'), ...plain }),
): Files {
  return {
    async upload({ key, contentType, size, checksum }, seconds) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ContentType: contentType,
        ContentLength: size,
        ChecksumSHA256: checksum,
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: kmsKeyId,
        BucketKeyEnabled: true,
      });
      const url = await getSignedUrl(client, command, {
        expiresIn: seconds,
        // Left to itself, the presigner signs no type, and moves the checksum into the address, where S3 ignores it.
        signableHeaders: new Set(['content-type']),
        unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
      });
      return { url, headers: sentWith(contentType, checksum, kmsKeyId) };
    },
    link: ({ key, versionId, contentType, disposition }, seconds) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          VersionId: versionId,
          ResponseContentDisposition: disposition,
          ResponseContentType: contentType,
          ResponseCacheControl: 'private, no-store',
        }),
        { expiresIn: seconds },
      ),
    async find(key, versionId) {
      const command = new HeadObjectCommand({
        Bucket: bucket,
        Key: key,
        ChecksumMode: 'ENABLED',
        ...(versionId !== undefined && { VersionId: versionId }),
      });
      try {
        const { VersionId, ContentLength = 0, ChecksumSHA256 } = await request('S3', () => client.send(command));
        if (VersionId !== undefined) {
          return { versionId: VersionId, size: ContentLength, checksum: ChecksumSHA256 ?? null };
        }
      } catch (error) {
        if (isNamed(error, 'NotFound', 'NoSuchKey', 'NoSuchVersion')) return undefined;
        throw error;
      }
      const message = 'configuration: ATTACHMENTS_BUCKET keeps no versions';
      throw Object.assign(new Error(message), { name: 'ConfigurationInvalid' });
    },
    begin: ({ key, versionId, bytes }) =>
      request('S3', async () => {
        const of = { Bucket: bucket, Key: key, VersionId: versionId };
        const { Body } = await client.send(new GetObjectCommand({ ...of, Range: `bytes=0-${bytes - 1}` }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      }),
    async discard(key, versionId) {
      await request('S3', () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId })),
      );
    },
  };
}

/** What a client sends with the file, beside its length. */
function sentWith(contentType: string, checksum: string, kmsKeyId: string): Record<string, string> {
  return {
    'content-type': contentType,
    'x-amz-checksum-sha256': checksum,
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId,
    'x-amz-server-side-encryption-bucket-key-enabled': 'true',
  };
}
