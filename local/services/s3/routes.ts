import * as buckets from './buckets.ts';
import type { Call } from './call.ts';
import { checksumHeaders } from './checksums.ts';
import { completeMultipartUpload } from './completion.ts';
import * as configurations from './configurations.ts';
import type { Operation } from './context.ts';
import { copyObject, sourceHeaders } from './copies.ts';
import { deleteObjects } from './deleteObjects.ts';
import { descriptionHeaders } from './description.ts';
import { encryptionRequestHeaders } from './encryption.ts';
import { notImplemented, S3Error } from './errors.ts';
import { listObjectsV2, listObjectVersions } from './listings.ts';
import * as multipart from './multipart.ts';
import * as objects from './objects.ts';
import * as tagging from './tagging.ts';
import { listMultipartUploads, listParts } from './uploadListings.ts';

/** The requests that belong to an operation, and what they may carry. */
interface Route {
  method: string;
  target: 'service' | 'bucket' | 'object';
  /** Query parameters or headers that the request must have: without them it is another operation. */
  when?: string[];
  query?: string[];
  headers?: string[];
  run: Operation;
}

const common = ['x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token', 'x-amz-user-agent'];
const body = ['x-amz-decoded-content-length', 'x-amz-trailer', 'x-amz-sdk-checksum-algorithm', ...checksumHeaders];
const described = ['x-amz-meta-*', ...descriptionHeaders, ...encryptionRequestHeaders];
const ifWrite = ['if-match', 'if-none-match'];
const ifRead = [...ifWrite, 'if-modified-since', 'if-unmodified-since'];
const checksumChoice = ['x-amz-checksum-algorithm'];
const directives = ['x-amz-metadata-directive', 'x-amz-tagging-directive'];
const reading = {
  query: ['versionId', 'partNumber', ...objects.overrideQueries],
  headers: ['range', ...ifRead, 'x-amz-checksum-mode'],
};
const paged = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];

/** The first that fits is taken, so particular routes stand before general ones. */
const routes: Route[] = [
  { method: 'GET', target: 'service', run: buckets.listBuckets },

  ...configurations.configurationNames.flatMap((name): Route[] => {
    const document: Pick<Route, 'target' | 'when'> = { target: 'bucket', when: [name] };
    const routesOfAll: Route[] = [
      { ...document, method: 'PUT', headers: body, run: configurations.putConfiguration(name) },
      { ...document, method: 'GET', run: configurations.getConfiguration(name) },
    ];
    if (name === 'notification') return routesOfAll;
    return [...routesOfAll, { ...document, method: 'DELETE', run: configurations.deleteConfiguration(name) }];
  }),
  { method: 'PUT', target: 'bucket', when: ['versioning'], headers: body, run: configurations.putVersioning },
  { method: 'GET', target: 'bucket', when: ['versioning'], run: configurations.getVersioning },
  { method: 'GET', target: 'bucket', when: ['location'], run: buckets.getBucketLocation },
  {
    method: 'GET',
    target: 'bucket',
    when: ['versions'],
    query: [...paged, 'key-marker', 'version-id-marker'],
    run: listObjectVersions,
  },
  {
    method: 'GET',
    target: 'bucket',
    when: ['uploads'],
    query: ['prefix', 'max-uploads', 'key-marker', 'upload-id-marker'],
    run: listMultipartUploads,
  },
  {
    method: 'GET',
    target: 'bucket',
    when: ['list-type'],
    query: [...paged, 'continuation-token', 'start-after', 'fetch-owner'],
    run: listObjectsV2,
  },
  { method: 'GET', target: 'bucket', query: [...paged, 'marker'], run: missing('ListObjects, version 1,') },
  { method: 'POST', target: 'bucket', when: ['delete'], headers: body, run: deleteObjects },
  { method: 'POST', target: 'bucket', run: missing('POST Object') },
  { method: 'PUT', target: 'bucket', headers: body, run: buckets.createBucket },
  { method: 'HEAD', target: 'bucket', run: buckets.headBucket },
  { method: 'DELETE', target: 'bucket', run: buckets.deleteBucket },

  {
    method: 'PUT',
    target: 'object',
    when: ['tagging'],
    query: ['versionId'],
    headers: body,
    run: tagging.putObjectTagging,
  },
  { method: 'GET', target: 'object', when: ['tagging'], query: ['versionId'], run: tagging.getObjectTagging },
  { method: 'DELETE', target: 'object', when: ['tagging'], query: ['versionId'], run: tagging.deleteObjectTagging },
  {
    method: 'POST',
    target: 'object',
    when: ['uploads'],
    headers: [...described, ...checksumChoice, 'x-amz-checksum-type'],
    run: multipart.createMultipartUpload,
  },
  {
    method: 'PUT',
    target: 'object',
    when: ['partNumber', 'uploadId', 'x-amz-copy-source'],
    headers: [...sourceHeaders, 'x-amz-copy-source-range'],
    run: multipart.uploadPartCopy,
  },
  { method: 'PUT', target: 'object', when: ['partNumber', 'uploadId'], headers: body, run: multipart.uploadPart },
  {
    method: 'POST',
    target: 'object',
    when: ['uploadId'],
    headers: [...body, ...ifWrite, 'x-amz-checksum-type', 'x-amz-mp-object-size'],
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
  {
    method: 'PUT',
    target: 'object',
    when: ['x-amz-copy-source'],
    headers: [...described, ...sourceHeaders, ...directives, ...ifWrite, ...checksumChoice],
    run: copyObject,
  },
  { method: 'PUT', target: 'object', headers: [...described, ...body, ...ifWrite], run: objects.putObject },
  { method: 'GET', target: 'object', ...reading, run: objects.getObject },
  { method: 'HEAD', target: 'object', ...reading, run: objects.getObject },
  { method: 'DELETE', target: 'object', query: ['versionId'], run: objects.deleteObject },
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
    if (named !== undefined) throw notImplemented(`${call.method} with ${named}`);
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
    return isFeature && !known.includes(name) && !(name.startsWith('x-amz-meta-') && known.includes('x-amz-meta-*'));
  });
  if (header !== undefined) throw notImplemented(`Header ${header}`);
}

function missing(what: string): Operation {
  return () => {
    throw notImplemented(what);
  };
}
