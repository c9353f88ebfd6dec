import type { Call, Reply } from './call.ts';
import { elementOf } from './checksums.ts';
import type { Context } from './context.ts';
import { invalidArgument } from './errors.ts';
import type { ObjectVersion, Version } from './model.ts';
import { uploadOf } from './multipart.ts';
import { compareUtf8 } from './store.ts';
import { toXml, type XmlChildren } from './xml.ts';

/** The one account there is. */
const owner = { ID: '0'.repeat(64) };

export function listObjectsV2({ store }: Context, call: Call): Reply {
  const { query } = call;
  const listType = query.get('list-type') ?? '';
  if (listType !== '2') throw invalidArgument('Invalid List Type specified in Request', 'list-type', listType);
  const bucket = store.bucket(call.bucket);
  const prefix = query.get('prefix') ?? '';
  const max = toMax(query, 'max-keys');
  const token = query.get('continuation-token') ?? undefined;
  const after = token === undefined ? '' : fromToken(token);
  const objects = store
    .sortedKeys(bucket)
    .filter((key) => key.startsWith(prefix) && compareUtf8(key, after) > 0)
    .flatMap((key) => store.current(bucket, key) ?? []);
  const { encoding, encode } = toEncoding(query);
  const page = objects.slice(0, max);
  const last = page.at(-1);
  const truncated = last !== undefined && objects.length > max;
  return {
    status: 200,
    xml: toXml('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      EncodingType: encoding,
      MaxKeys: max,
      ContinuationToken: token,
      KeyCount: page.length,
      IsTruncated: truncated,
      NextContinuationToken: truncated ? toToken(last.key) : undefined,
      Contents: page.map((object) => ({ ...listedObject(object), Key: encode(object.key) })),
    }),
  };
}

/** Every version of every key, the newest of a key first, and the delete markers among them. */
export function listObjectVersions({ store }: Context, call: Call): Reply {
  const { query } = call;
  const bucket = store.bucket(call.bucket);
  const prefix = query.get('prefix') ?? '';
  const max = toMax(query, 'max-keys');
  const { encoding, encode } = toEncoding(query);
  const [keyMarker, idMarker] = ['key-marker', 'version-id-marker'].map((name) => query.get(name) ?? undefined);
  const all = store
    .sortedKeys(bucket)
    .filter((key) => key.startsWith(prefix) && compareUtf8(key, keyMarker ?? '') >= 0)
    .flatMap((key) => bucket.objects.get(key) ?? []);
  // A marker names what was listed last: its version where one is said, else its key with all versions.
  const isLast = ({ key, versionId }: Version) =>
    key === keyMarker && (idMarker === undefined || versionId === idMarker);
  const behind = all.slice(all.findLastIndex(isLast) + 1);
  const page = behind.slice(0, max);
  const last = behind.length > max ? page.at(-1) : undefined;
  const listed = (kind: Version['kind']) =>
    page
      .filter((version) => version.kind === kind)
      .map((version) => ({
        ...(version.kind === 'object' ? listedObject(version) : {}),
        Key: encode(version.key),
        VersionId: version.versionId,
        IsLatest: bucket.objects.get(version.key)?.[0] === version,
        LastModified: new Date(version.lastModified).toISOString(),
        Owner: owner,
      }));
  return {
    status: 200,
    xml: toXml('ListVersionsResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker ?? ''),
      VersionIdMarker: idMarker,
      MaxKeys: max,
      EncodingType: encoding,
      IsTruncated: last !== undefined,
      NextKeyMarker: last && encode(last.key),
      NextVersionIdMarker: last?.versionId,
      Version: listed('object'),
      DeleteMarker: listed('marker'),
    }),
  };
}

/** @throws S3Error InvalidArgument */
function toEncoding(query: URLSearchParams): { encoding: string | undefined; encode: (key: string) => string } {
  const encoding = query.get('encoding-type') ?? undefined;
  if (encoding === undefined) return { encoding, encode: (key) => key };
  if (encoding === 'url') return { encoding, encode: toUrlText };
  throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
}

function listedObject(object: ObjectVersion): XmlChildren {
  return {
    Key: object.key,
    LastModified: new Date(object.lastModified).toISOString(),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: object.checksum.algorithm,
    ChecksumType: object.checksum.type,
    Size: object.size,
    StorageClass: 'STANDARD',
  };
}

/** As S3 writes a key that XML might not carry: like a form, but for slashes. */
function toUrlText(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');
}

function toToken(key: string): string {
  return Buffer.from(JSON.stringify({ after: key })).toString('base64url');
}

function fromToken(token: string): string {
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as { after?: unknown };
    if (typeof after === 'string') return after;
  } catch {
    // Not a token of ours: refused below.
  }
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

/** `max-keys` and its like: 0 to 1,000; more counts as 1,000. @throws S3Error InvalidArgument */
function toMax(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null) return 1000;
  if (!/^\d{1,10}$/.test(text))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Math.min(Number(text), 1000);
}

export function listParts(context: Context, call: Call): Reply {
  const { upload } = uploadOf(context, call);
  const max = toMax(call.query, 'max-parts');
  const marker = call.query.get('part-number-marker') ?? '0';
  if (!/^\d{1,5}$/.test(marker)) throw invalidArgument('Invalid part number marker', 'part-number-marker', marker);
  const behind = Object.values(upload.parts)
    .filter((part) => part.number > Number(marker))
    .sort((left, right) => left.number - right.number);
  const parts = behind.slice(0, max);
  const algorithm = upload.checksum?.algorithm;
  return {
    status: 200,
    xml: toXml('ListPartsResult', {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: Number(marker),
      NextPartNumberMarker: parts.at(-1)?.number ?? 0,
      MaxParts: max,
      IsTruncated: max > 0 && behind.length > max,
      StorageClass: 'STANDARD',
      Initiator: owner,
      Owner: owner,
      ChecksumAlgorithm: algorithm,
      ChecksumType: upload.checksum?.type,
      Part: parts.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...(algorithm === undefined ? {} : { [elementOf(algorithm)]: part.checksums[algorithm] }),
      })),
    }),
  };
}
