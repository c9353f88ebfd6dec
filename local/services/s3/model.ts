import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import type { Segment } from './contents.ts';
import type { Encryption } from './encryption.ts';
import type { XmlChildren } from './xml.ts';

interface Entry {
  bucket: string;
  key: string;
  /** `null`, the word, for an object that was put before versioning was turned on. */
  versionId: string;
  /** Grows with every write: orders the versions of a key and numbers the events. */
  sequence: number;
  /** Milliseconds since the epoch, whole seconds. */
  lastModified: number;
}

export interface ObjectVersion extends Entry {
  kind: 'object';
  /** `content-type` and its like: set by the client, returned as sent. */
  headers: Record<string, string>;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  segments: Segment[];
  encryption: Encryption;
  checksum: Checksum;
  /** Until then nobody may delete this version. */
  lock?: Lock;
  /** Why it came to be, until its event was delivered. */
  undelivered?: Reason;
  /** The upload that made it; its segments are the parts. */
  uploadId?: string;
}

/** Why an object came to be: the `reason` of its Object Created event. */
export type Reason = 'PutObject' | 'CompleteMultipartUpload';

export interface Events {
  /** Called in the same step as the write. */
  onCreated: (version: ObjectVersion, reason: Reason) => void;
  /** Whether the events of a bucket have to be delivered, even by another process. */
  delivers: (bucket: string) => boolean;
}

export interface Lock {
  mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds since the epoch. */
  until: number;
}

export interface DeleteMarker extends Entry {
  kind: 'marker';
}

export type Version = ObjectVersion | DeleteMarker;

/** An object as an operation hands it to the store, which adds identity and time. */
export type ObjectDraft = Omit<
  ObjectVersion,
  'kind' | 'bucket' | 'versionId' | 'lastModified' | 'lock' | 'undelivered'
>;

export interface Part {
  number: number;
  etag: string;
  size: number;
  lastModified: number;
  segment: Segment;
  checksums: Partial<Record<ChecksumAlgorithm, string>>;
}

export interface Upload {
  bucket: string;
  key: string;
  uploadId: string;
  /** Those that its object will have. */
  headers: Record<string, string>;
  encryption: Encryption;
  /** Absent when the client named no algorithm: the object then gets the default one. */
  checksum?: { algorithm: ChecksumAlgorithm; type: ChecksumType };
  parts: Record<number, Part>;
}

/** The documents of a bucket that are remembered and described: nothing here encrypts, expires or refuses by them. */
export interface BucketDocuments {
  encryption?: XmlChildren;
  lifecycle?: XmlChildren;
  notification?: XmlChildren;
  publicAccessBlock?: XmlChildren;
  'object-lock'?: XmlChildren;
  /** JSON, as the client gets it. */
  policy?: string;
}

export interface BucketRecord {
  name: string;
  created: number;
  /** Absent until versioning is turned on. */
  versioning?: 'Enabled';
  /** How long each new version is locked. */
  lock?: { mode: Lock['mode']; days: number };
  documents?: BucketDocuments;
}

export interface Bucket extends BucketRecord {
  /** By key, newest version first. */
  objects: Map<string, Version[]>;
  uploads: Map<string, Upload>;
}
