import type { Bucket, Description, ObjectVersion } from './model.ts';
import { checksumHeadersOf } from './checksums.ts';
import { encryptionHeaders } from './encryption.ts';
import { notImplemented, S3Error } from './errors.ts';
import { tagsFromHeader } from './tags.ts';

const kept = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];
const metaPrefix = 'x-amz-meta-';
const mostMetadata = 2048;

/** The headers with which a write describes its object, besides `x-amz-meta-`. */
export const descriptionHeaders = ['x-amz-tagging', 'x-amz-storage-class'];

/**
 * The description of an object in the headers of its write. @throws S3Error MetadataTooLarge, InvalidTag,
 * NotImplemented
 */
export function toDescription(requestHeaders: Map<string, string>): Description {
  const storageClass = requestHeaders.get('x-amz-storage-class') ?? 'STANDARD';
  if (storageClass !== 'STANDARD') throw notImplemented(`Storage class ${storageClass}`);
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of kept) {
    const value = requestHeaders.get(name);
    if (value !== undefined && value !== '') headers[name] = value;
  }
  const encoding = withoutChunked(requestHeaders.get('content-encoding') ?? '');
  if (encoding !== '') headers['content-encoding'] = encoding;
  return {
    headers,
    metadata: toMetadata(requestHeaders),
    tags: tagsFromHeader(requestHeaders.get('x-amz-tagging')),
  };
}

/** The framing of the request is not an encoding of the object. */
function withoutChunked(encoding: string): string {
  const codings = encoding.split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== 'aws-chunked').join(',');
}

function toMetadata(headers: Map<string, string>): Record<string, string> {
  const entries = [...headers]
    .filter(([name]) => name.startsWith(metaPrefix))
    .map(([name, value]): [string, string] => [name.slice(metaPrefix.length), value]);
  // Header values arrive with one character per byte.
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size <= mostMetadata) return Object.fromEntries(entries);
  const fields = { Size: String(size), MaxSizeAllowed: String(mostMetadata) };
  throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', fields);
}

/** The headers of a GET or HEAD that describe the object, not the bytes that were asked for. */
export function objectHeaders(bucket: Bucket, object: ObjectVersion): Record<string, string | number | undefined> {
  const tagCount = Object.keys(object.tags).length;
  const metadata = Object.entries(object.metadata).map(([name, value]) => [metaPrefix + name, value]);
  return {
    ...object.headers,
    ...Object.fromEntries(metadata),
    ...identityHeaders(bucket, object),
    ...encryptionHeaders(object.encryption),
    'last-modified': new Date(object.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-tagging-count': tagCount === 0 ? undefined : tagCount,
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
