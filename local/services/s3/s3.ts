import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { isFullDisk } from '../fullDisk.ts';
import { authenticate } from './authentication.ts';
import { newBucket } from './buckets.ts';
import { type Call, toCall } from './call.ts';
import type { Context } from './context.ts';
import type { BucketRecord, ObjectVersion, Reason } from './model.ts';
import { storeObject } from './objects.ts';
import { send, toErrorReply } from './reply.ts';
import { route } from './routes.ts';
import { Store } from './store.ts';

/** The facts about a new object that S3 sends to EventBridge. */
export interface ObjectCreated {
  bucket: string;
  /** Not URL-encoded. */
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** Absent unless versioning is on. */
  versionId?: string;
  /** Hex digits; of two events for one key, the later one has the greater sequencer. */
  sequencer: string;
  reason: Reason;
}

export interface S3Options {
  clock: Clock;
  region: string;
  /** The secret of an access key, by which presigned URLs are verified; without it any signature will do. */
  secretOf?: (accessKeyId: string) => string | undefined;
  /** The folder in which buckets, objects and uploads outlive the process; without it they are kept in memory. */
  dataDir?: string;
  /**
   * Called in the same step as the write, before it is answered. It returns when it has delivered the event, or a
   * promise for that.
   */
  onObjectCreated?: (event: ObjectCreated) => Promise<void> | void;
  /** Whether an event of this bucket that was not delivered is reported again after a crash; by default it is not. */
  delivers?: (bucket: string) => boolean;
  /** Gets a delivery that failed, and a disk without room; by default nobody does. */
  onBroken?: (error: unknown) => void;
}

export interface NewBucket extends Pick<BucketRecord, 'lock' | 'documents'> {
  versioned?: boolean;
}

/** An object as the stand-ins of other services see it. */
export interface ObjectSummary {
  bucket: string;
  key: string;
  versionId?: string;
  /** Bytes. */
  size: number;
  etag: string;
  /** Milliseconds since the epoch. */
  lastModified: number;
  contentType: string;
  encryption: 'AES256' | 'aws:kms';
  /** Present with `aws:kms`. */
  sseKmsKeyId?: string;
}

export interface S3 {
  /** Answers one request of the S3 protocol, path-style. It never rejects: the client gets the error as an answer. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Makes sure that the bucket exists. An existing one stays as it is, but versioning is turned on when asked for, and
   * so is the lock of each new version; documents take the place of those that it had.
   */
  createBucket(name: string, options?: NewBucket): Promise<void>;
  /** Undefined when there is no such bucket, key or version, or a delete marker. */
  head(bucket: string, key: string, versionId?: string): Promise<ObjectSummary | undefined>;
  /** The bytes of the newest version, from `start` to `end`, exclusive. @throws S3Error NoSuchBucket, NoSuchKey */
  read(bucket: string, key: string, range?: { start?: number; end?: number }): Promise<Buffer>;
  /**
   * Writes as PutObject does, event included, with SSE-KMS when a key is given, else with the bucket's default
   * encryption.
   */
  put(
    bucket: string,
    key: string,
    body: Uint8Array | string,
    options?: { contentType?: string; sseKmsKeyId?: string },
  ): Promise<ObjectSummary>;
  /** The keys of a bucket, with an object or a delete marker on top; none when there is no such bucket. */
  keys(bucket: string): string[];
  /** Reports the objects again whose events the last process did not deliver. */
  redeliver(): void;
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>;
}

/**
 * The S3 stand-in: buckets, objects, versions and multipart uploads over the real protocol. It verifies every checksum
 * and enforces the service's rules, but not policies, keys or the signatures of headers; a feature that it lacks is
 * answered with 501 and named.
 */
export async function createS3({ clock, region, secretOf, dataDir, ...options }: S3Options): Promise<S3> {
  const { onObjectCreated, delivers = () => false, onBroken } = options;
  const settle = async (object: ObjectVersion, delivered: Promise<void> | void) => {
    await delivered;
    delete object.undelivered;
    store.saveVersion(object);
  };
  const onCreated = (object: ObjectVersion, reason: Reason) => {
    const delivered = onObjectCreated?.(toEvent(store, object, reason));
    if (object.undelivered) settle(object, delivered).catch((error: unknown) => onBroken?.(error));
  };
  const store = await Store.open(clock, dataDir, { onCreated, delivers });
  const context: Context = { store, region };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', method = 'GET' } = request;
    try {
      const call = authenticate(toCall(request), { clock, region, secretOf });
      await send(response, await route(call)(context, call), method);
    } catch (error) {
      if (isFullDisk(error)) onBroken?.(error);
      await send(response, toErrorReply(error, url.split('?')[0] ?? '/'), method);
    }
  }

  return {
    async handle(request, response) {
      await answer(request, response);
      // The rest of a refused request is read and dropped, so that its client gets to the answer.
      request.resume();
    },
    async createBucket(name, { versioned = false, lock, documents } = {}) {
      const bucket = store.buckets.get(name) ?? newBucket(store, name);
      if (versioned) store.saveBucket(Object.assign(bucket, { versioning: 'Enabled' }));
      if (lock) store.saveBucket(Object.assign(bucket, { lock }));
      if (documents) store.saveBucket(Object.assign(bucket, { documents }));
    },
    async head(name, key, versionId) {
      const bucket = store.buckets.get(name);
      if (bucket === undefined) return undefined;
      const found = versionId === undefined ? store.current(bucket, key) : store.version(bucket, key, versionId);
      return found?.kind === 'object' ? toSummary(store, found) : undefined;
    },
    async read(bucket, key, { start = 0, end = Number.POSITIVE_INFINITY } = {}) {
      const object = store.object(store.bucket(bucket), key);
      const pieces: Buffer[] = [];
      for await (const piece of store.contents.read(object.segments, start, Math.min(end, object.size))) {
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    },
    async put(bucket, key, body, options = {}) {
      return toSummary(store, await storeObject(context, toPut(bucket, key, Buffer.from(body), options)));
    },
    keys: (name) => [...(store.buckets.get(name)?.objects.keys() ?? [])],
    redeliver() {
      for (const version of undelivered(store)) onCreated(version, version.undelivered ?? 'PutObject');
    },
    close: () => store.contents.settled(),
  };
}

/** The objects whose events were not delivered, in the order of their writing. */
function undelivered(store: Store): ObjectVersion[] {
  const all = [...store.buckets.values()].flatMap(({ objects }) => [...objects.values()].flat());
  return all
    .filter((version) => version.kind === 'object')
    .filter((version) => version.undelivered !== undefined)
    .sort((left, right) => left.sequence - right.sequence);
}

/** The request that another client would have sent. */
function toPut(
  bucket: string,
  key: string,
  bytes: Buffer,
  { contentType, sseKmsKeyId }: { contentType?: string; sseKmsKeyId?: string },
): Call {
  const headers = new Map([['content-length', String(bytes.length)]]);
  if (contentType !== undefined) headers.set('content-type', contentType);
  if (sseKmsKeyId !== undefined) {
    headers.set('x-amz-server-side-encryption', 'aws:kms');
    headers.set('x-amz-server-side-encryption-aws-kms-key-id', sseKmsKeyId);
  }
  async function* body(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  return {
    method: 'PUT',
    resource: `/${bucket}/${key}`,
    bucket,
    key,
    query: new URLSearchParams(),
    headers,
    body: body(),
  };
}

function toEvent(store: Store, object: ObjectVersion, reason: Reason): ObjectCreated {
  const { bucket, key, size, etag, sequence } = object;
  const sequencer = sequence.toString(16).toUpperCase().padStart(18, '0');
  return { bucket, key, size, etag, ...versionIdOf(store, object), sequencer, reason };
}

function toSummary(store: Store, object: ObjectVersion): ObjectSummary {
  const { bucket, key, size, etag, lastModified, encryption } = object;
  return {
    bucket,
    key,
    ...versionIdOf(store, object),
    size,
    etag,
    lastModified,
    contentType: object.headers['content-type'] ?? '',
    encryption: encryption.algorithm,
    ...(encryption.keyId === undefined ? {} : { sseKmsKeyId: encryption.keyId }),
  };
}

function versionIdOf(store: Store, { bucket, versionId }: ObjectVersion): { versionId?: string } {
  return store.bucket(bucket).versioning !== undefined ? { versionId } : {};
}
