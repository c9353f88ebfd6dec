import type { ObservedCall } from '../../../local/services/gateway.ts';
import { ask, type Asked, keyUse, type Scene } from './asked.ts';

export type S3Observed = Extract<ObservedCall, { target: 's3' }>;

/** @throws Error for a request that no function has made so far */
export function s3Calls(call: S3Observed, scene: Scene): Asked[] {
  // Whoever has a link asks with the rights of its signer, some time later.
  const isLink = call.url.includes('X-Amz-Signature=');
  const how: Record<string, string> = isLink
    ? { 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '60000' }
    : { 's3:authType': 'REST-HEADER' };
  return requestCalls(call, scene).map((asked) =>
    asked.action.startsWith('s3:') ? { ...asked, conditions: { ...asked.conditions, ...how } } : asked,
  );
}

function requestCalls({ method, url, headers, status }: S3Observed, scene: Scene): Asked[] {
  const { pathname, searchParams: query } = new URL(url, 'http://s3');
  const [, bucket = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const isPart = query.has('uploads') || query.has('uploadId');
  if (method === 'GET' && key === '') return listCalls(bucket, query);
  if (key === '' || headers['x-amz-copy-source'] !== undefined) throw new Error(`S3 ${method} ${url} is not known`);
  if (method === 'GET' || method === 'HEAD') {
    const action = query.has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject';
    // 404 is told only to who may list the bucket; others get 403, which the steps would take for a failure.
    if (status === 404) return [ask(action, arnOf(bucket, key)), ask('s3:ListBucket', arnOf(bucket))];
    // The head alone is no secret, but for its checksum.
    const isSecret = method === 'GET' || headers['x-amz-checksum-mode'] !== undefined;
    return objectUse(scene, action, bucket, key, isSecret ? ['Decrypt'] : []);
  }
  if (method === 'DELETE' && query.has('uploadId')) return [ask('s3:AbortMultipartUpload', arnOf(bucket, key))];
  if (method === 'DELETE' && query.has('versionId')) return [ask('s3:DeleteObjectVersion', arnOf(bucket, key))];
  if (method === 'PUT' || (method === 'POST' && isPart)) {
    // To join parts S3 reads them.
    return objectUse(scene, 's3:PutObject', bucket, key, isPart ? ['GenerateDataKey', 'Decrypt'] : ['GenerateDataKey']);
  }
  throw new Error(`S3 ${method} ${url} is not known`);
}

/** A list is asked for by the beginning of the keys, which a condition may limit. */
function listCalls(bucket: string, query: URLSearchParams): Asked[] {
  const actions: Readonly<Record<string, string>> = { 'list-type': 's3:ListBucket', versions: 's3:ListBucketVersions' };
  const [, action] = Object.entries(actions).find(([name]) => query.has(name)) ?? [];
  if (action === undefined) throw new Error(`S3 GET of ${bucket} is not known`);
  return [ask(action, arnOf(bucket), { 's3:prefix': query.get('prefix') ?? '' })];
}

/** An action on an object of an encrypted bucket, and what S3 then asks of the bucket's key. */
export function objectUse(
  scene: Scene,
  action: string,
  bucket: string,
  key: string,
  keyActions: readonly ('Decrypt' | 'GenerateDataKey')[],
): Asked[] {
  const arn = arnOf(bucket);
  // With a bucket key the context is the bucket, not the object.
  const uses = keyActions.map((keyAction) => keyUse(scene, keyAction, 's3', arn, { 'aws:s3:arn': arn }));
  return [ask(action, arnOf(bucket, key)), ...uses];
}

const arnOf = (bucket: string, key?: string) => `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
