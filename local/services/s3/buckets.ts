import type { Call, Reply } from './call.ts';
import type { Context } from './context.ts';
import { notImplemented, S3Error } from './errors.ts';
import type { Bucket } from './model.ts';
import { checkBucketName } from './names.ts';
import { readDocument } from './payload.ts';
import type { Store } from './store.ts';
import { childText, malformed, parseXml, toXml, type XmlElement } from './xml.ts';

export async function createBucket({ store, region }: Context, call: Call): Promise<Reply> {
  checkBucketName(call.bucket);
  const source = call.headers.get('content-length') === '0' ? '' : await readDocument(call);
  checkLocation(source === '' ? undefined : toLocation(parseXml(source)), region);
  // The oldest region answers a repetition as it answered the first request.
  if (store.buckets.has(call.bucket) && region !== 'us-east-1') {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new S3Error('BucketAlreadyOwnedByYou', message, { BucketName: call.bucket });
  }
  if (!store.buckets.has(call.bucket)) newBucket(store, call.bucket);
  return { status: 200, headers: { location: `/${call.bucket}` } };
}

export function newBucket(store: Store, name: string): Bucket {
  checkBucketName(name);
  const bucket: Bucket = { name, created: store.now(), objects: new Map(), uploads: new Map() };
  store.saveBucket(bucket);
  return bucket;
}

function toLocation(document: XmlElement): string | undefined {
  if (document.name !== 'CreateBucketConfiguration') malformed();
  const other = document.children.find(({ name }) => name !== 'LocationConstraint');
  if (other !== undefined) throw notImplemented(`${other.name} in CreateBucket`);
  return childText(document, 'LocationConstraint');
}

/**
 * A bucket is made in the endpoint's region, which the request has to name; only us-east-1 is chosen by naming none.
 */
function checkLocation(location: string | undefined, region: string): void {
  if ((location ?? 'us-east-1') === region && location !== 'us-east-1') return;
  const message = `The ${location ?? 'unspecified'} location constraint does not fit the endpoint of ${region}.`;
  throw new S3Error('IllegalLocationConstraintException', message);
}

export function headBucket({ store, region }: Context, call: Call): Reply {
  store.bucket(call.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region, 'x-amz-access-point-alias': 'false' } };
}

export async function putVersioning({ store }: Context, call: Call): Promise<Reply> {
  store.bucket(call.bucket);
  const document = parseXml(await readDocument(call));
  if (document.name !== 'VersioningConfiguration') malformed();
  if (childText(document, 'MfaDelete') === 'Enabled') throw notImplemented('MfaDelete');
  const status = childText(document, 'Status');
  if (status === 'Suspended') throw notImplemented('Suspended versioning');
  if (status !== 'Enabled') malformed();
  store.saveBucket(Object.assign(store.bucket(call.bucket), { versioning: status }));
  return { status: 200 };
}

export function getVersioning({ store }: Context, call: Call): Reply {
  const { versioning } = store.bucket(call.bucket);
  return { status: 200, xml: toXml('VersioningConfiguration', { Status: versioning }) };
}
