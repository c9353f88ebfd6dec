import type { Call, Reply } from './call.ts';
import type { Context } from './context.ts';
import { invalidArgument } from './errors.ts';
import type { Bucket, ObjectVersion, Version } from './model.ts';
import { type Filter, isBehind, nameEncoder, toMax, toPage } from './paging.ts';
import type { Store } from './store.ts';
import { toXml, type XmlChildren } from './xml.ts';

/** The one account there is. */
export const owner = { ID: '0'.repeat(64) };

export function listObjectsV2({ store }: Context, call: Call): Reply {
  const { query } = call;
  const listType = query.get('list-type') ?? '';
  if (listType !== '2') throw invalidArgument('Invalid List Type specified in Request', 'list-type', listType);
  const bucket = store.bucket(call.bucket);
  const name = nameEncoder(query);
  const filter = toFilter(query);
  const token = query.get('continuation-token');
  const from = token === null ? { key: query.get('start-after') ?? '', group: false } : fromToken(token);
  const page = toPage(currentObjects(store, bucket, from.key, from.group), filter);
  const withOwner = query.get('fetch-owner') === 'true';
  return {
    status: 200,
    xml: toXml('ListBucketResult', {
      Name: bucket.name,
      Prefix: name(filter.prefix),
      Delimiter: filter.delimiter === '' ? undefined : name(filter.delimiter),
      MaxKeys: filter.max,
      EncodingType: query.get('encoding-type') ?? undefined,
      StartAfter: query.has('start-after') ? name(query.get('start-after') ?? '') : undefined,
      ContinuationToken: token ?? undefined,
      KeyCount: page.items.length + page.prefixes.length,
      IsTruncated: page.truncated,
      NextContinuationToken: page.truncated && page.last ? toToken(page.last.key, !page.last.item) : undefined,
      Contents: page.items.map((object) => ({
        ...listedObject(object, name),
        Owner: withOwner ? owner : undefined,
      })),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: name(prefix) })),
    }),
  };
}

function toFilter(query: URLSearchParams): Filter {
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    max: toMax(query, 'max-keys'),
  };
}

function* currentObjects(store: Store, bucket: Bucket, marker: string, group: boolean): Generator<ObjectVersion> {
  for (const key of store.sortedKeys(bucket)) {
    const object = isBehind(key, marker, group) ? store.current(bucket, key) : undefined;
    if (object !== undefined) yield object;
  }
}

function listedObject(object: ObjectVersion, name: (key: string) => string): XmlChildren {
  return {
    Key: name(object.key),
    LastModified: new Date(object.lastModified).toISOString(),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: object.checksum.algorithm,
    ChecksumType: object.checksum.type,
    Size: object.size,
    StorageClass: 'STANDARD',
  };
}

function toToken(key: string, group: boolean): string {
  return Buffer.from(JSON.stringify([key, group])).toString('base64url');
}

function fromToken(token: string): { key: string; group: boolean } {
  try {
    const [key, group]: unknown[] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof key === 'string' && typeof group === 'boolean') return { key, group };
  } catch {
    // Not a token of ours: refused below.
  }
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

export function listObjectVersions({ store }: Context, call: Call): Reply {
  const { query } = call;
  const bucket = store.bucket(call.bucket);
  const name = nameEncoder(query);
  const filter = toFilter(query);
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker') ?? undefined;
  if (versionMarker !== undefined && keyMarker === '') {
    const message = 'A version-id marker cannot be specified without a key marker.';
    throw invalidArgument(message, 'version-id-marker', versionMarker);
  }
  const page = toPage(versionsBehind(store, bucket, filter, keyMarker, versionMarker), filter);
  return {
    status: 200,
    xml: toXml('ListVersionsResult', [
      {
        Name: bucket.name,
        Prefix: name(filter.prefix),
        Delimiter: filter.delimiter === '' ? undefined : name(filter.delimiter),
        KeyMarker: name(keyMarker),
        VersionIdMarker: versionMarker ?? '',
        MaxKeys: filter.max,
        EncodingType: query.get('encoding-type') ?? undefined,
        IsTruncated: page.truncated,
        NextKeyMarker: page.truncated && page.last ? name(page.last.key) : undefined,
        NextVersionIdMarker: page.truncated ? page.last?.item?.versionId : undefined,
      },
      ...page.items.map((version) => listedVersion(bucket, version, name)),
      { CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: name(prefix) })) },
    ]),
  };
}

/** All versions after the marker, by key, newest first. */
function* versionsBehind(
  store: Store,
  bucket: Bucket,
  { delimiter }: Filter,
  keyMarker: string,
  versionMarker: string | undefined,
): Generator<Version> {
  const markerIsGroup = delimiter !== '' && versionMarker === undefined && keyMarker.endsWith(delimiter);
  for (const key of store.sortedKeys(bucket)) {
    const versions = bucket.objects.get(key) ?? [];
    if (isBehind(key, keyMarker, markerIsGroup)) yield* versions;
    if (key !== keyMarker || versionMarker === undefined) continue;
    const marked = versions.findIndex((version) => version.versionId === versionMarker);
    yield* versions.slice(marked < 0 ? versions.length : marked + 1);
  }
}

function listedVersion(bucket: Bucket, version: Version, name: (key: string) => string): XmlChildren {
  const identity = {
    VersionId: version.versionId,
    IsLatest: bucket.objects.get(version.key)?.[0] === version,
    Owner: owner,
  };
  if (version.kind === 'object') return { Version: { ...listedObject(version, name), ...identity } };
  const lastModified = new Date(version.lastModified).toISOString();
  return { DeleteMarker: { Key: name(version.key), LastModified: lastModified, ...identity } };
}
