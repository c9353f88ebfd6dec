import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Links } from '../apiPorts.ts';
import { withLimit } from './limits.ts';

/** A link asks for no checksum and carries none: a player would know nothing of it. */
const plain = { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' } as const;

/** Links are signed with the function's own credentials: no call is made, and whoever has one needs no others. */
export function toLinks(client = new S3Client({ ...withLimit('s3'), ...plain })): Links {
  return {
    issue: ({ bucket, key, versionId, contentType }, seconds) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          VersionId: versionId,
          ResponseContentDisposition: 'inline',
          ResponseCacheControl: 'private, no-store',
          ResponseContentType: contentType,
        }),
        { expiresIn: seconds },
      ),
  };
}
