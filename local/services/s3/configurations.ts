import type { Call, Reply } from './call.ts';
import type { Context, Operation } from './context.ts';
import { defaultEncryption } from './encryption.ts';
import { notImplemented, S3Error, type S3ErrorCode } from './errors.ts';
import { readDocument } from './payload.ts';
import { childrenNamed, childText, malformed, parseXml, toXml, type XmlElement } from './xml.ts';

/**
 * A document that a bucket keeps. It is stored and returned as it was put. Only `encryption` has an effect here;
 * lifecycle rules do not run, policies are not evaluated, notification filters are not applied.
 */
interface Configuration {
  /** The root element; absent for the policy, which is JSON. */
  root?: string;
  check?: (document: XmlElement, source: string) => void;
  /** The document that a new bucket starts with. */
  initial?: string;
  /** The error, with its message, for a bucket that has no such document. */
  missing?: [S3ErrorCode, string];
}

const sseS3 = toXml('ServerSideEncryptionConfiguration', {
  Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
});

const configurations: Record<string, Configuration> = {
  notification: { root: 'NotificationConfiguration', initial: toXml('NotificationConfiguration', undefined) },
  encryption: {
    root: 'ServerSideEncryptionConfiguration',
    check: (_, source) => void defaultEncryption(source),
    initial: sseS3,
  },
  lifecycle: {
    root: 'LifecycleConfiguration',
    check: (document) => void (childrenNamed(document, 'Rule')[0] ?? malformed()),
    missing: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
  },
  policy: { missing: ['NoSuchBucketPolicy', 'The bucket policy does not exist'] },
  publicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    initial: toXml('PublicAccessBlockConfiguration', {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    }),
    missing: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
  },
  ownershipControls: {
    root: 'OwnershipControls',
    initial: toXml('OwnershipControls', { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } }),
    missing: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
  },
  cors: { root: 'CORSConfiguration', missing: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'] },
  tagging: { root: 'Tagging', missing: ['NoSuchTagSet', 'The TagSet does not exist'] },
};

export const configurationNames = Object.keys(configurations);

/** The documents that a new bucket starts with. */
export function initialConfigurations(): Record<string, string> {
  const entries = Object.entries(configurations).map(([name, { initial }]) => [name, initial]);
  return Object.fromEntries(entries.filter(([, initial]) => initial !== undefined));
}

export function putConfiguration(name: string): Operation {
  return async ({ store }, call) => {
    store.bucket(call.bucket);
    const source = await readDocument(call);
    checkDocument(configurations[name] ?? {}, source);
    const bucket = store.bucket(call.bucket);
    bucket.configurations[name] = source;
    store.saveBucket(bucket);
    return { status: name === 'policy' || name === 'tagging' ? 204 : 200 };
  };
}

export function getConfiguration(name: string): Operation {
  return ({ store }, call) => {
    const bucket = store.bucket(call.bucket);
    const source = bucket.configurations[name];
    const [code, message] = configurations[name]?.missing ?? ['InternalError', `No ${name} configuration`];
    if (source === undefined) throw new S3Error(code, message, { BucketName: bucket.name });
    return { status: 200, headers: name === 'policy' ? { 'content-type': 'application/json' } : {}, xml: source };
  };
}

/** Returns a bucket to what S3 does without the document. */
export function deleteConfiguration(name: string): Operation {
  return ({ store }, call) => {
    const bucket = store.bucket(call.bucket);
    const { missing, initial } = configurations[name] ?? {};
    if (missing === undefined && initial !== undefined) bucket.configurations[name] = initial;
    else delete bucket.configurations[name];
    store.saveBucket(bucket);
    return { status: 204 };
  };
}

function checkDocument({ root, check }: Configuration, source: string): void {
  if (root === undefined) return checkPolicy(source);
  const document = parseXml(source);
  if (document.name !== root) malformed();
  check?.(document, source);
}

function checkPolicy(source: string): void {
  try {
    const policy: unknown = JSON.parse(source);
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return;
  } catch {
    // Not JSON: refused below.
  }
  throw new S3Error('MalformedPolicy', 'Policies must be valid JSON with a Statement');
}

export async function putVersioning({ store }: Context, call: Call): Promise<Reply> {
  store.bucket(call.bucket);
  const document = parseXml(await readDocument(call));
  if (document.name !== 'VersioningConfiguration') malformed();
  if (childText(document, 'MfaDelete') === 'Enabled') throw notImplemented('MfaDelete');
  const status = childText(document, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    const message = 'The versioning configuration specified in the request is invalid.';
    throw new S3Error('IllegalVersioningConfigurationException', message);
  }
  const bucket = store.bucket(call.bucket);
  bucket.versioning = status;
  store.saveBucket(bucket);
  return { status: 200 };
}

export function getVersioning({ store }: Context, call: Call): Reply {
  const { versioning } = store.bucket(call.bucket);
  return { status: 200, xml: toXml('VersioningConfiguration', { Status: versioning }) };
}
