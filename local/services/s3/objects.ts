import type { Call, Reply } from './call.ts';
import { checksumHeadersOf, defaultAlgorithm } from './checksums.ts';
import { checkWrite, isNotModified, type Span, toSpan } from './conditions.ts';
import type { Context } from './context.ts';
import { objectHeaders, toDescription, versionHeader, writtenHeaders } from './description.ts';
import { etagOf, requestedEncryption } from './encryption.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { Bucket, DeleteMarker, ObjectVersion } from './model.ts';
import { checkKey } from './names.ts';
import { type Received, receive } from './payload.ts';

export async function putObject(context: Context, call: Call): Promise<Reply> {
  const object = await storeObject(context, call);
  return { status: 200, headers: writtenHeaders(context.store.bucket(call.bucket), object) };
}

/** Receives the body of a PutObject and makes it an object. */
export async function storeObject(context: Context, call: Call): Promise<ObjectVersion> {
  const { store, region } = context;
  const { key, headers } = call;
  checkKey(key);
  const encryption = requestedEncryption(headers, store.bucket(call.bucket).configurations['encryption'], region);
  const description = toDescription(headers);
  const received = await receive(call, store.contents, hasChecksum(headers) ? [] : [defaultAlgorithm]);
  return keeping(context, received, () => {
    const bucket = store.bucket(call.bucket);
    checkWrite(headers, key, store.current(bucket, key));
    const sequence = store.nextSequence();
    const algorithm = received.given ?? defaultAlgorithm;
    const draft = {
      ...description,
      key,
      sequence,
      encryption,
      size: received.size,
      etag: etagOf(received.md5, encryption, sequence),
      segments: [received.segment],
      checksum: { algorithm, type: 'FULL_OBJECT' as const, value: received.checksums.get(algorithm) ?? '' },
    };
    return store.putObject(bucket, draft, 'PutObject');
  });
}

/** Runs the step that makes use of received bytes; when it throws, the bytes are removed. */
export function keeping<Result>(context: Context, received: Received, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    context.store.contents.remove([received.segment]);
    throw error;
  }
}

function hasChecksum(headers: Map<string, string>): boolean {
  return headers.has('x-amz-trailer') || [...headers.keys()].some((name) => name.startsWith('x-amz-checksum-'));
}

/** GetObject and HeadObject: the answer is the same, but HEAD leaves out the body. */
export function getObject({ store }: Context, call: Call): Reply {
  const bucket = store.bucket(call.bucket);
  const object = store.object(bucket, call.key, versionIdOf(call));
  const headers = objectHeaders(bucket, object);
  if (isNotModified(call.headers, object)) {
    const { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId } = headers;
    return { status: 304, headers: { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId } };
  }
  const part = partSpan(call, object);
  const span = part ?? toSpan(call.headers.get('range'), object.size);
  const { start, end } = span ?? { start: 0, end: object.size };
  const partial = span !== undefined && object.size > 0;
  return {
    status: partial ? 206 : 200,
    headers: {
      ...headers,
      ...overrides(call.query),
      // A checksum is that of the whole object: with a part of it, it would make a client refuse the bytes.
      ...(span === undefined || call.method === 'HEAD' ? checksumOf(call, object) : {}),
      'content-length': end - start,
      'content-range': partial ? `bytes ${start}-${end - 1}/${object.size}` : undefined,
      'x-amz-mp-parts-count': part !== undefined && isMultipart(object) ? object.segments.length : undefined,
    },
    body: () => store.contents.read(object.segments, start, end),
  };
}

function checksumOf(call: Call, object: ObjectVersion): Record<string, string> {
  const mode = call.headers.get('x-amz-checksum-mode');
  if (mode === undefined) return {};
  if (mode.toUpperCase() !== 'ENABLED') throw invalidArgument('Unknown checksum mode', 'x-amz-checksum-mode', mode);
  return checksumHeadersOf(object.checksum);
}

/** The span of the part that `partNumber` asks for. An object put in one request is one part. */
function partSpan(call: Call, object: ObjectVersion): Span | undefined {
  const partNumber = call.query.get('partNumber');
  if (partNumber === null) return undefined;
  if (call.headers.has('range')) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  const index = /^\d{1,5}$/.test(partNumber) ? Number(partNumber) - 1 : -1;
  const segment = object.segments[index];
  if (segment === undefined) {
    throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', { PartNumber: partNumber });
  }
  const start = object.segments.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + segment.size };
}

function isMultipart(object: ObjectVersion): boolean {
  return object.uploadId !== undefined;
}

const overridable = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type'];

/** `response-content-type` and its like, by which a link can say how its object is to be shown. */
export const overrideQueries = [...overridable, 'expires'].map((name) => `response-${name}`);

function overrides(query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of overrideQueries) {
    const value = query.get(name);
    if (value === null) continue;
    if (/\p{Cc}/u.test(value)) throw invalidArgument('Header value cannot be represented', name, value);
    // A header holds one character per byte.
    headers[name.slice('response-'.length)] = Buffer.from(value).toString('latin1');
  }
  return headers;
}

/** @throws S3Error InvalidArgument for `versionId=` */
export function versionIdOf(call: Call): string | undefined {
  const versionId = call.query.get('versionId') ?? undefined;
  if (versionId !== '') return versionId;
  throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
}

export function deleteObject({ store }: Context, call: Call): Reply {
  const bucket = store.bucket(call.bucket);
  checkKey(call.key);
  const { marker, versionId } = remove({ store }, bucket, call.key, versionIdOf(call));
  return {
    status: 204,
    headers: {
      'x-amz-delete-marker': marker === undefined ? undefined : 'true',
      ...(versionId === undefined ? {} : versionHeader(bucket, versionId)),
    },
  };
}

/** The result of a deletion. `marker` is the one that was added, or the one that was deleted by its id. */
export interface Removal {
  marker?: DeleteMarker;
  versionId?: string;
}

/**
 * Deletes for good when a version id is given or the bucket is not versioned; otherwise puts a delete marker on top.
 * Deleting something that does not exist succeeds.
 */
export function remove({ store }: Pick<Context, 'store'>, bucket: Bucket, key: string, versionId?: string): Removal {
  if (versionId !== undefined) {
    const version = store.version(bucket, key, versionId);
    if (version !== undefined) store.removeVersion(bucket, version);
    return version?.kind === 'marker' ? { marker: version, versionId } : { versionId };
  }
  if (bucket.versioning !== undefined) {
    const marker = store.putMarker(bucket, key);
    return { marker, versionId: marker.versionId };
  }
  const current = store.current(bucket, key);
  if (current !== undefined) store.removeVersion(bucket, current);
  return {};
}
