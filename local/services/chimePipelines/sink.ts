import { allows } from '../iam/evaluate.ts';
import { statementsFor } from '../iam/resourcePolicy.ts';
import { ServiceError } from '../jsonService.ts';

/** The buckets of the account, as far as pipelines have to do with them. */
export interface Buckets {
  /** Undefined for a bucket that this account does not have. */
  regionOf: (bucket: string) => string | undefined;
  /** The bucket's policy as JSON; undefined without one. */
  policyOf: (bucket: string) => string | undefined;
  put: (bucket: string, key: string, body: Uint8Array | string, contentType: string) => Promise<unknown>;
  /** Undefined when there is no such object. */
  read: (bucket: string, key: string) => Promise<Buffer | undefined>;
}

export interface Sink {
  bucket: string;
  /** Without a slash at its end. */
  prefix: string;
}

/** Where a pipeline writes: what its ARN names, or a folder named after the pipeline. @throws ServiceError */
export function toSink(arn: string, pipelineId: string): Sink {
  const [, bucket, prefix] = /^arn:aws:s3:::([^/]+)\/?(.*?)\/?$/.exec(arn) ?? [];
  if (bucket === undefined) throw new ServiceError('BadRequestException', `${arn} is not an S3 bucket`);
  return { bucket, prefix: prefix || pipelineId };
}

/** Whoever is asking: the service in a region, for an account. */
export interface Asker {
  accountId: string;
  region: string;
}

const principal = 'mediapipelines.chime.amazonaws.com';

/**
 * Whether the bucket's policy lets media pipelines do it to an object of the bucket, or to the bucket itself when there is
 * no key.
 */
export function mayUse(
  policy: string | undefined,
  action: string,
  { bucket, key }: { bucket: string; key?: string },
  { accountId, region }: Asker,
): boolean {
  return allows(policy === undefined ? [] : statementsFor(policy, principal), {
    principal,
    action,
    resource: `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`,
    conditions: {
      'aws:SecureTransport': 'true',
      'aws:SourceAccount': accountId,
      'aws:SourceArn': `arn:aws:chime:${region}:${accountId}:*`,
    },
  });
}

/**
 * Refuses a bucket that a pipeline cannot write to.
 * @throws ServiceError BadRequestException
 */
export function checkSink(
  { bucket, prefix }: Sink,
  buckets: Buckets,
  asker: Asker,
  { mediaRegion, limited }: { mediaRegion: string; limited: 'accepted' | 'refused' },
): void {
  const region = buckets.regionOf(bucket);
  if (region === undefined) throw bad(`S3 Bucket ${bucket} not found`);
  if (region !== mediaRegion) throw bad(`S3 Bucket ${bucket} is in ${region}, and the meeting in ${mediaRegion}`);
  const key = limited === 'accepted' ? `${prefix}/audio/any` : 'any';
  const policy = buckets.policyOf(bucket);
  if (['s3:PutObject', 's3:PutObjectAcl'].every((action) => mayUse(policy, action, { bucket, key }, asker))) return;
  throw bad(`S3 Bucket policy not valid/present for Sink arn:aws:s3:::${bucket}/${prefix}`);
}

const bad = (message: string) => new ServiceError('BadRequestException', message);
