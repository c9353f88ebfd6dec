import type { Call, Reply } from './call.ts';
import type { Context } from './context.ts';
import { S3Error, type S3ErrorCode } from './errors.ts';
import type { BucketDocuments } from './model.ts';
import { toXml, type XmlChildren } from './xml.ts';

type XmlKind = Exclude<keyof BucketDocuments, 'policy'>;

/** Of each kind: its root element, and the answer for a bucket that has none. */
const kinds: Readonly<Record<XmlKind, { root: string; absent: XmlChildren | S3ErrorCode }>> = {
  // S3 encrypts every bucket, with keys of its own unless told otherwise.
  encryption: {
    root: 'ServerSideEncryptionConfiguration',
    absent: { Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false } },
  },
  lifecycle: { root: 'LifecycleConfiguration', absent: 'NoSuchLifecycleConfiguration' },
  notification: { root: 'NotificationConfiguration', absent: {} },
  publicAccessBlock: { root: 'PublicAccessBlockConfiguration', absent: 'NoSuchPublicAccessBlockConfiguration' },
  'object-lock': { root: 'ObjectLockConfiguration', absent: 'ObjectLockConfigurationNotFoundError' },
};

export const documentKinds = Object.keys(kinds) as readonly XmlKind[];

/** The operation that describes one kind of document. */
export function getDocument(kind: XmlKind) {
  const { root, absent } = kinds[kind];
  return ({ store }: Context, call: Call): Reply => {
    const content = store.bucket(call.bucket).documents?.[kind] ?? absent;
    if (typeof content === 'string') throw new S3Error(content, 'The bucket has none.', { BucketName: call.bucket });
    return { status: 200, xml: toXml(root, content) };
  };
}

export function getPolicy({ store }: Context, call: Call): Reply {
  const { policy } = store.bucket(call.bucket).documents ?? {};
  if (policy === undefined) {
    throw new S3Error('NoSuchBucketPolicy', 'The bucket policy does not exist', { BucketName: call.bucket });
  }
  const bytes = Buffer.from(policy);
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'content-length': bytes.length },
    async *body() {
      yield bytes;
    },
  };
}
