import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Contents } from './contents.ts';
import { diskBlobs, memoryBlobs } from './blobs.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type {
  Bucket,
  BucketRecord,
  DeleteMarker,
  Events,
  ObjectDraft,
  ObjectVersion,
  Reason,
  Upload,
  Version,
} from './model.ts';
import { diskRecords, noRecords, type Records } from './records.ts';

/**
 * The index of buckets, versions and uploads. It is held in memory and mirrored to records. All its changes are
 * synchronous, so that a check and the write that depends on it are one step.
 */
export class Store {
  readonly contents: Contents;
  readonly buckets = new Map<string, Bucket>();
  readonly #clock: Clock;
  readonly #records: Records;
  readonly #onCreated: Events['onCreated'];
  readonly #delivers: Events['delivers'];
  readonly #sortedKeys = new WeakMap<Bucket, string[]>();
  #lastSequence = 0;
  /** How many versions of a key were made in this run. */
  readonly #written = new Map<string, number>();

  private constructor(clock: Clock, contents: Contents, records: Records, { onCreated, delivers }: Events) {
    this.#clock = clock;
    this.contents = contents;
    this.#records = records;
    this.#onCreated = onCreated;
    this.#delivers = delivers;
  }

  /** @param dataDir the folder that keeps everything; without it everything is kept in memory */
  static async open(clock: Clock, dataDir: string | undefined, events: Events): Promise<Store> {
    const blobs = dataDir === undefined ? memoryBlobs() : await diskBlobs(dataDir);
    const records = dataDir === undefined ? noRecords : diskRecords(dataDir);
    const store = new Store(clock, new Contents(blobs), records, events);
    await blobs.keepOnly(store.#load());
    return store;
  }

  /** The time of a change: S3 keeps whole seconds. */
  now(): number {
    return Math.floor(this.#clock.now() / 1000) * 1000;
  }

  nextSequence(): number {
    this.#lastSequence = Math.max(this.#lastSequence + 1, Math.floor(this.#clock.now() * 1000));
    return this.#lastSequence;
  }

  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket !== undefined) return bucket;
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
  }

  saveBucket(bucket: Bucket): void {
    const { objects: _, uploads: __, ...record } = bucket;
    this.#records.put(`buckets/${bucket.name}`, record);
    this.buckets.set(bucket.name, bucket);
  }

  /** Keys in the order of their UTF-8 bytes, which is not the order of JavaScript strings. */
  sortedKeys(bucket: Bucket): string[] {
    const keys = this.#sortedKeys.get(bucket) ?? [...bucket.objects.keys()].sort(compareUtf8);
    this.#sortedKeys.set(bucket, keys);
    return keys;
  }

  /** The object that a plain GET would find; undefined when there is nothing, or a delete marker is on top. */
  current(bucket: Bucket, key: string): ObjectVersion | undefined {
    const newest = bucket.objects.get(key)?.[0];
    return newest?.kind === 'object' ? newest : undefined;
  }

  /** @throws S3Error InvalidArgument for something that cannot be a version id */
  version(bucket: Bucket, key: string, versionId: string): Version | undefined {
    if (!/^([\da-f]{32}|null)$/.test(versionId)) {
      throw invalidArgument('Invalid version id specified', 'versionId', versionId);
    }
    return bucket.objects.get(key)?.find((version) => version.versionId === versionId);
  }

  /** The object to read. @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed (a delete marker by its id) */
  object(bucket: Bucket, key: string, versionId?: string): ObjectVersion {
    const found = versionId === undefined ? bucket.objects.get(key)?.[0] : this.version(bucket, key, versionId);
    if (found?.kind === 'object') return found;
    if (found === undefined && versionId !== undefined) {
      throw new S3Error('NoSuchVersion', 'The specified version does not exist.', { Key: key, VersionId: versionId });
    }
    const headers = found === undefined ? {} : markerHeaders(found);
    if (versionId === undefined)
      throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key }, headers);
    const message = 'The specified method is not allowed against this resource.';
    throw new S3Error('MethodNotAllowed', message, { Method: 'GET', ResourceType: 'DeleteMarker' }, headers);
  }

  putObject(bucket: Bucket, draft: ObjectDraft, reason: Reason): ObjectVersion {
    const versionId = this.#versionId(bucket, draft.key);
    const lastModified = this.now();
    const { lock } = bucket;
    const version: ObjectVersion = {
      ...draft,
      kind: 'object',
      bucket: bucket.name,
      versionId,
      lastModified,
      ...(lock && { lock: { mode: lock.mode, until: lastModified + lock.days * 86_400_000 } }),
    };
    if (this.#delivers(bucket.name)) version.undelivered = reason;
    this.#insert(bucket, version);
    this.#onCreated(version, reason);
    return version;
  }

  /** Keeps what has changed in a version, if it is still there. */
  saveVersion(version: Version): void {
    const isThere = this.buckets.get(version.bucket)?.objects.get(version.key)?.includes(version);
    if (isThere) this.#records.put(recordOf(version), version);
  }

  putMarker(bucket: Bucket, key: string): DeleteMarker {
    const sequence = this.nextSequence();
    const versionId = this.#versionId(bucket, key);
    const marker: DeleteMarker = {
      kind: 'marker',
      bucket: bucket.name,
      key,
      versionId,
      sequence,
      lastModified: this.now(),
    };
    this.#insert(bucket, marker);
    return marker;
  }

  /** @throws S3Error AccessDenied for a version that is locked */
  removeVersion(bucket: Bucket, version: Version): void {
    if (version.kind === 'object' && version.lock && version.lock.until > this.#clock.now()) {
      throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
    }
    this.#records.remove(recordOf(version));
    this.#setVersions(
      bucket,
      version.key,
      (bucket.objects.get(version.key) ?? []).filter((other) => other !== version),
    );
    if (version.kind === 'object') this.contents.remove(version.segments);
  }

  upload(bucket: Bucket, key: string, uploadId: string): Upload {
    const upload = bucket.uploads.get(uploadId);
    if (upload?.key === key) return upload;
    const message = 'The specified upload does not exist. The upload ID may be invalid, or the upload may have ended.';
    throw new S3Error('NoSuchUpload', message, { UploadId: uploadId });
  }

  saveUpload(bucket: Bucket, upload: Upload): void {
    this.#records.put(`uploads/${upload.uploadId}`, upload);
    bucket.uploads.set(upload.uploadId, upload);
  }

  abortUpload(bucket: Bucket, upload: Upload): void {
    this.#forgetUpload(bucket, upload);
    this.contents.remove(Object.values(upload.parts).map((part) => part.segment));
  }

  /** Turns an upload into an object. Parts that the object does not use are dropped. */
  completeUpload(bucket: Bucket, upload: Upload, draft: ObjectDraft): ObjectVersion {
    const version = this.putObject(bucket, draft, 'CompleteMultipartUpload');
    this.#forgetUpload(bucket, upload);
    const segments = Object.values(upload.parts).map((part) => part.segment);
    this.contents.remove(segments.filter((segment) => !version.segments.includes(segment)));
    return version;
  }

  #forgetUpload(bucket: Bucket, upload: Upload): void {
    this.#records.remove(`uploads/${upload.uploadId}`);
    bucket.uploads.delete(upload.uploadId);
  }

  /** Adds a version on top. It replaces one with the same id, which only the null version can have. */
  #insert(bucket: Bucket, version: Version): void {
    this.#records.put(recordOf(version), version);
    const versions = bucket.objects.get(version.key) ?? [];
    const replaced = versions.find((other) => other.versionId === version.versionId);
    this.#setVersions(bucket, version.key, [version, ...versions.filter((other) => other !== replaced)]);
    if (replaced?.kind === 'object') this.contents.remove(replaced.segments);
  }

  #setVersions(bucket: Bucket, key: string, versions: Version[]): void {
    const isNew = !bucket.objects.has(key);
    if (versions.length > 0) bucket.objects.set(key, versions);
    else bucket.objects.delete(key);
    if (isNew || versions.length === 0) this.#sortedKeys.delete(bucket);
  }

  /**
   * The n-th version of a key has the same id in every run, whatever else is written at the same time: a recording's id
   * is made from it, and a replay should give the same bytes.
   */
  #versionId(bucket: Bucket, key: string): string {
    if (bucket.versioning === undefined) return 'null';
    const name = `${bucket.name}\n${key}`;
    for (let n = this.#written.get(name) ?? 0; ; n += 1) {
      const versionId = hash(`${name}\n${n}`).slice(0, 32);
      if (this.version(bucket, key, versionId)) continue; // taken in an earlier run
      this.#written.set(name, n + 1);
      return versionId;
    }
  }

  /** Fills the index from the records. @returns the blobs that are in use */
  #load(): Set<string> {
    for (const record of this.#records.all<BucketRecord>('buckets')) {
      this.buckets.set(record.name, { ...record, objects: new Map(), uploads: new Map() });
    }
    const versions = this.#records.all<Version>('versions').sort((left, right) => right.sequence - left.sequence);
    const objects = versions.filter((version) => version.kind === 'object');
    for (const version of versions) this.#loadVersion(version);
    this.#loadUploads(new Set(objects.map(({ uploadId }) => uploadId)));
    const uploads = [...this.buckets.values()].flatMap((bucket) => [...bucket.uploads.values()]);
    const parts = uploads.flatMap((upload) => Object.values(upload.parts).map((part) => part.segment));
    return new Set([...objects.flatMap(({ segments }) => segments), ...parts].map(({ blob }) => blob));
  }

  /** Versions come newest first. */
  #loadVersion(version: Version): void {
    const { objects } = this.bucket(version.bucket);
    objects.set(version.key, [...(objects.get(version.key) ?? []), version]);
    this.#lastSequence = Math.max(this.#lastSequence, version.sequence);
  }

  /** An upload that a crash left beside its finished object is forgotten: its blobs belong to the object now. */
  #loadUploads(completed: ReadonlySet<string | undefined>): void {
    for (const upload of this.#records.all<Upload>('uploads')) {
      const bucket = this.bucket(upload.bucket);
      if (completed.has(upload.uploadId)) this.#forgetUpload(bucket, upload);
      else bucket.uploads.set(upload.uploadId, upload);
    }
  }
}

export function compareUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function recordOf({ bucket, key, versionId }: Version): string {
  return `versions/${bucket}/${hash(key)}.${versionId}`;
}

function markerHeaders(version: Version): Record<string, string> {
  return {
    allow: 'DELETE',
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': version.versionId,
    'last-modified': new Date(version.lastModified).toUTCString(),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
