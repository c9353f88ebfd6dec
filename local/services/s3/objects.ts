import type { Call, Reply } from './call.ts';
import { checksumHeadersOf, defaultAlgorithm } from './checksums.ts';
import { isNotModified, toSpan } from './conditions.ts';
import type { Context } from './context.ts';
import { objectHeaders, toDescription, writtenHeaders } from './description.ts';
import { etagOf, requestedEncryption } from './encryption.ts';
import { invalidArgument } from './errors.ts';
import type { ObjectVersion } from './model.ts';
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
  const encryption = requestedEncryption(headers, region);
  store.bucket(call.bucket);
  const description = toDescription(headers);
  const received = await receive(call, store.contents, hasChecksum(headers) ? [] : [defaultAlgorithm]);
  return keeping(context, received, () => {
    const bucket = store.bucket(call.bucket);
    const sequence = store.nextSequence();
    const algorithm = received.given ?? defaultAlgorithm;
    const draft = {
      headers: description,
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
  const span = toSpan(call.headers.get('range'), object.size);
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
function versionIdOf(call: Call): string | undefined {
  const versionId = call.query.get('versionId') ?? undefined;
  if (versionId !== '') return versionId;
  throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
}

/**
 * Deletes for good when a version id is given or the bucket is not versioned; otherwise puts a delete marker on top.
 * Deleting something that does not exist succeeds.
 */
export function deleteObject({ store }: Context, call: Call): Reply {
  const bucket = store.bucket(call.bucket);
  checkKey(call.key);
  const versionId = versionIdOf(call);
  if (versionId === undefined && bucket.versioning !== undefined) {
    return deleted(store.putMarker(bucket, call.key).versionId, true);
  }
  const version =
    versionId === undefined ? store.current(bucket, call.key) : store.version(bucket, call.key, versionId);
  if (version !== undefined) store.removeVersion(bucket, version);
  return deleted(bucket.versioning === undefined ? undefined : versionId, version?.kind === 'marker');
}

/** @param isMarker whether a delete marker was put, or was deleted by its id */
function deleted(versionId: string | undefined, isMarker: boolean): Reply {
  const headers = { 'x-amz-delete-marker': isMarker ? 'true' : undefined, 'x-amz-version-id': versionId };
  return { status: 204, headers };
}
