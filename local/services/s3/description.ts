import type { Bucket, ObjectVersion } from './model.ts';
import { checksumHeadersOf } from './checksums.ts';
import { encryptionHeaders } from './encryption.ts';
import { notImplemented } from './errors.ts';

const kept = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];

/** The headers with which a write describes its object, besides those of HTTP. */
export const descriptionHeaders = ['x-amz-storage-class'];

/** The headers of a write that come back with its object. @throws S3Error NotImplemented */
export function toDescription(requestHeaders: Map<string, string>): Record<string, string> {
  const storageClass = requestHeaders.get('x-amz-storage-class') ?? 'STANDARD';
  if (storageClass !== 'STANDARD') throw notImplemented(`Storage class ${storageClass}`);
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of kept) {
    const value = requestHeaders.get(name);
    if (value !== undefined && value !== '') headers[name] = value;
  }
  const encoding = withoutChunked(requestHeaders.get('content-encoding') ?? '');
  if (encoding !== '') headers['content-encoding'] = encoding;
  return headers;
}

/** The framing of the request is not an encoding of the object. */
function withoutChunked(encoding: string): string {
  const codings = encoding.split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== 'aws-chunked').join(',');
}

/** The headers of a GET or HEAD that describe the object, not the bytes that were asked for. */
export function objectHeaders(bucket: Bucket, object: ObjectVersion): Record<string, string | undefined> {
  return {
    ...object.headers,
    ...identityHeaders(bucket, object),
    ...encryptionHeaders(object.encryption),
    ...lockHeaders(object),
    'last-modified': new Date(object.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function lockHeaders({ lock }: ObjectVersion): Record<string, string> {
  if (!lock) return {};
  return {
    'x-amz-object-lock-mode': lock.mode,
    'x-amz-object-lock-retain-until-date': new Date(lock.until).toISOString(),
  };
}

/** The headers of the answer to a write. */
export function writtenHeaders(bucket: Bucket, object: ObjectVersion): Record<string, string | undefined> {
  return {
    ...identityHeaders(bucket, object),
    ...encryptionHeaders(object.encryption, true),
    ...checksumHeadersOf(object.checksum),
  };
}

function identityHeaders(bucket: Bucket, object: ObjectVersion): Record<string, string | undefined> {
  return { etag: `"${object.etag}"`, ...versionHeader(bucket, object.versionId) };
}

/** An answer about a bucket that was never versioned does not mention versions. */
export function versionHeader(bucket: Bucket, versionId: string): Record<string, string | undefined> {
  return { 'x-amz-version-id': bucket.versioning === undefined ? undefined : versionId };
}
