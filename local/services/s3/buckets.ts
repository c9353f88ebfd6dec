import type { Call, Reply } from './call.ts';
import { initialConfigurations } from './configurations.ts';
import type { Context } from './context.ts';
import { S3Error } from './errors.ts';
import { owner } from './listings.ts';
import type { Bucket } from './model.ts';
import { checkBucketName } from './names.ts';
import { readDocument } from './payload.ts';
import type { Store } from './store.ts';
import { childText, parseXml, toXml } from './xml.ts';

export async function createBucket({ store, region }: Context, call: Call): Promise<Reply> {
  checkBucketName(call.bucket);
  const source = call.headers.get('content-length') === '0' ? '' : await readDocument(call);
  checkLocation(source === '' ? undefined : childText(parseXml(source), 'LocationConstraint'), region);
  if (store.buckets.has(call.bucket)) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new S3Error('BucketAlreadyOwnedByYou', message, { BucketName: call.bucket });
  }
  newBucket(store, call.bucket);
  return { status: 200, headers: { location: `/${call.bucket}` } };
}

export function newBucket(store: Store, name: string): Bucket {
  checkBucketName(name);
  const bucket: Bucket = {
    name,
    created: store.now(),
    configurations: initialConfigurations(),
    objects: new Map(),
    uploads: new Map(),
  };
  store.saveBucket(bucket);
  return bucket;
}

/**
 * A bucket is made in the endpoint's region, which the request has to name; only us-east-1 is chosen by naming none.
 */
function checkLocation(location: string | undefined, region: string): void {
  if ((location ?? 'us-east-1') === region && location !== 'us-east-1') return;
  const message = `The ${location ?? 'unspecified'} location constraint does not fit the endpoint of ${region}.`;
  throw new S3Error('IllegalLocationConstraintException', message);
}

export function deleteBucket({ store }: Context, call: Call): Reply {
  store.deleteBucket(store.bucket(call.bucket));
  return { status: 204 };
}

export function headBucket({ store, region }: Context, call: Call): Reply {
  store.bucket(call.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region, 'x-amz-access-point-alias': 'false' } };
}

export function getBucketLocation({ store, region }: Context, call: Call): Reply {
  store.bucket(call.bucket);
  return { status: 200, xml: toXml('LocationConstraint', region === 'us-east-1' ? undefined : region) };
}

export function listBuckets({ store }: Context): Reply {
  const buckets = [...store.buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  return {
    status: 200,
    xml: toXml('ListAllMyBucketsResult', {
      Buckets: {
        Bucket: buckets.map(({ name, created }) => ({ Name: name, CreationDate: new Date(created).toISOString() })),
      },
      Owner: owner,
    }),
  };
}
