import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Links } from '../apiPorts.ts';
import { withLimit } from './limits.ts';

/** Links are signed with the function's own credentials: no call is made, and whoever has one needs no others. */
export function toLinks(
  client = new S3Client({
    ...withLimit('s3'),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }),
): Links {
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
