import * as buckets from './buckets.ts';
import type { Call } from './call.ts';
import { checksumHeaders } from './checksums.ts';
import { completeMultipartUpload } from './completion.ts';
import type { Operation } from './context.ts';
import { descriptionHeaders } from './description.ts';
import { documentKinds, getDocument, getPolicy } from './documents.ts';
import { encryptionRequestHeaders } from './encryption.ts';
import { notImplemented, S3Error } from './errors.ts';
import { listObjectsV2, listObjectVersions, listParts } from './listings.ts';
import * as multipart from './multipart.ts';
import * as objects from './objects.ts';

/** The requests that belong to an operation, and what they may carry. */
interface Route {
  method: string;
  target: 'bucket' | 'object';
  /** Query parameters or headers that the request must have: without them it is another operation. */
  when?: string[];
  query?: string[];
  headers?: string[];
  run: Operation;
}

const common = ['x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token', 'x-amz-user-agent'];
const body = ['x-amz-decoded-content-length', 'x-amz-trailer', 'x-amz-sdk-checksum-algorithm', ...checksumHeaders];
const described = [...descriptionHeaders, ...encryptionRequestHeaders];
const reading = {
  query: ['versionId', ...objects.overrideQueries],
  headers: ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'x-amz-checksum-mode'],
};

/** The first that fits is taken, so particular routes stand before general ones. */
const routes: Route[] = [
  { method: 'PUT', target: 'bucket', when: ['versioning'], headers: body, run: buckets.putVersioning },
  { method: 'GET', target: 'bucket', when: ['versioning'], run: buckets.getVersioning },
  ...documentKinds.map((kind): Route => ({ method: 'GET', target: 'bucket', when: [kind], run: getDocument(kind) })),
  { method: 'GET', target: 'bucket', when: ['policy'], run: getPolicy },
  {
    method: 'GET',
    target: 'bucket',
    when: ['list-type'],
    query: ['prefix', 'max-keys', 'continuation-token', 'encoding-type'],
    run: listObjectsV2,
  },
  {
    method: 'GET',
    target: 'bucket',
    when: ['versions'],
    query: ['prefix', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type'],
    run: listObjectVersions,
  },
  { method: 'PUT', target: 'bucket', headers: body, run: buckets.createBucket },
  { method: 'HEAD', target: 'bucket', run: buckets.headBucket },

  {
    method: 'POST',
    target: 'object',
    when: ['uploads'],
    headers: [...described, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    run: multipart.createMultipartUpload,
  },
  { method: 'PUT', target: 'object', when: ['partNumber', 'uploadId'], headers: body, run: multipart.uploadPart },
  {
    method: 'POST',
    target: 'object',
    when: ['uploadId'],
    headers: [...body, 'x-amz-checksum-type', 'x-amz-mp-object-size'],
    run: completeMultipartUpload,
  },
  { method: 'DELETE', target: 'object', when: ['uploadId'], run: multipart.abortMultipartUpload },
  {
    method: 'GET',
    target: 'object',
    when: ['uploadId'],
    query: ['max-parts', 'part-number-marker'],
    run: listParts,
  },
  { method: 'PUT', target: 'object', headers: [...described, ...body], run: objects.putObject },
  { method: 'GET', target: 'object', ...reading, run: objects.getObject },
  { method: 'HEAD', target: 'object', ...reading, run: objects.getObject },
  { method: 'DELETE', target: 'object', query: ['versionId'], run: objects.deleteObject },
];

/** Requests without a mark of their own that S3 serves and nothing here makes. */
const refused = [
  { method: 'GET', target: 'service', what: 'ListBuckets' },
  { method: 'GET', target: 'bucket', what: 'ListObjects, version 1,' },
  { method: 'DELETE', target: 'bucket', what: 'DeleteBucket' },
  { method: 'POST', target: 'bucket', what: 'POST Object' },
];

/**
 * The operation that a request asks for.
 * @throws S3Error NotImplemented, naming it, for any parameter or header that the operation does not have here
 */
export function route(call: Call): Operation {
  const target = call.bucket === '' ? 'service' : call.key === '' ? 'bucket' : 'object';
  const carries = (name: string) => call.query.has(name) || call.headers.has(name);
  const found = routes.find(
    ({ method, target: on, when = [] }) => method === call.method && on === target && when.every(carries),
  );
  if (found === undefined) {
    const [named] = call.query.keys();
    if (named !== undefined && named !== 'x-id') throw notImplemented(`${call.method} with ${named}`);
    const absent = refused.find((other) => other.method === call.method && other.target === target);
    if (absent !== undefined) throw notImplemented(absent.what);
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
  }
  refuseUnknown(call, found);
  return found.run;
}

function refuseUnknown(call: Call, { when = [], query = [], headers = [] }: Route): void {
  const parameters = ['x-id', ...when, ...query];
  const parameter = [...call.query.keys()].find((name) => !parameters.includes(name));
  if (parameter !== undefined) throw notImplemented(`Query parameter ${parameter}`);
  const known = [...common, ...when, ...headers];
  const header = [...call.headers.keys()].find((name) => {
    const isFeature = name.startsWith('x-amz-') || name.startsWith('if-') || name === 'range';
    return isFeature && !known.includes(name);
  });
  if (header !== undefined) throw notImplemented(`Header ${header}`);
}
