import { createHash } from 'node:crypto';
import type { Call, Reply } from './call.ts';
import {
  badChecksum,
  type Checksum,
  checksumAlgorithms,
  combineParts,
  defaultAlgorithm,
  elementOf,
  headerOf,
} from './checksums.ts';
import type { Context } from './context.ts';
import { versionHeader } from './description.ts';
import { encryptionHeaders } from './encryption.ts';
import { S3Error } from './errors.ts';
import type { ObjectDraft, ObjectVersion, Part, Upload } from './model.ts';
import { uploadOf } from './multipart.ts';
import { readDocument } from './payload.ts';
import { childrenNamed, childText, malformed, parseXml, toXml, type XmlElement } from './xml.ts';

const smallestPart = 5 * 1024 ** 2;

export async function completeMultipartUpload(context: Context, call: Call): Promise<Reply> {
  const document = parseXml(await readDocument(call, 'object'));
  const object = finished(context, call) ?? finish(context, call, document);
  const bucket = context.store.bucket(call.bucket);
  return {
    status: 200,
    headers: { ...versionHeader(bucket, object.versionId), ...encryptionHeaders(object.encryption) },
    xml: toXml('CompleteMultipartUploadResult', {
      Location: `https://s3.${context.region}.amazonaws.com${call.resource}`,
      Bucket: bucket.name,
      Key: call.key,
      ETag: `"${object.etag}"`,
      [elementOf(object.checksum.algorithm)]: object.checksum.value,
      ChecksumType: object.checksum.type,
    }),
  };
}

/**
 * The object that the upload has become already. A client whose first answer was lost asks again, and gets the same
 * answer as long as the object is there.
 */
function finished({ store }: Context, call: Call): ObjectVersion | undefined {
  const uploadId = call.query.get('uploadId');
  const versions = store.bucket(call.bucket).objects.get(call.key) ?? [];
  return versions.filter((version) => version.kind === 'object').find((version) => version.uploadId === uploadId);
}

function finish(context: Context, call: Call, document: XmlElement): ObjectVersion {
  const { store } = context;
  const { bucket, upload } = uploadOf(context, call);
  const parts = listedParts(upload, document);
  refuseSmallParts(parts);
  const draft = toDraft(upload, parts, store.nextSequence());
  checkExpectations(call.headers, draft);
  return store.completeUpload(bucket, upload, draft);
}

/** The parts the client lists, each as it was uploaded. @throws S3Error InvalidPart, InvalidPartOrder, MalformedXML */
function listedParts(upload: Upload, document: XmlElement): Part[] {
  const elements = childrenNamed(document, 'Part');
  if (document.name !== 'CompleteMultipartUpload' || elements.length === 0) malformed();
  const parts = elements.map((element) => listedPart(upload, element));
  if (parts.some((part, index) => part.number <= (parts[index - 1]?.number ?? 0))) {
    const message = 'The list of parts was not in ascending order. Parts must be ordered by part number.';
    throw new S3Error('InvalidPartOrder', message, { UploadId: upload.uploadId });
  }
  return parts;
}

function listedPart(upload: Upload, element: XmlElement): Part {
  const number = childText(element, 'PartNumber') ?? malformed();
  const etag = (childText(element, 'ETag') ?? malformed()).replaceAll('"', '');
  const part = upload.parts[Number(number)];
  const sums = checksumAlgorithms.map((name) => [name, childText(element, elementOf(name))] as const);
  const wrongSum = sums.some(([name, value]) => value !== undefined && value !== part?.checksums[name]);
  if (part?.etag !== etag || wrongSum) {
    const message = 'One or more of the specified parts could not be found, or its ETag or checksum did not match.';
    throw new S3Error('InvalidPart', message, { UploadId: upload.uploadId, PartNumber: number, ETag: etag });
  }
  if (upload.checksum?.type === 'COMPOSITE' && sums.every(([, value]) => value === undefined)) {
    const created = `The upload was created using a ${upload.checksum.algorithm.toLowerCase()} checksum.`;
    const missing = `The complete request must include the checksum for each part. It was missing for part ${number}.`;
    throw new S3Error('InvalidRequest', `${created} ${missing}`);
  }
  return part;
}

function refuseSmallParts(parts: Part[]): void {
  const small = parts.slice(0, -1).find((part) => part.size < smallestPart);
  if (small === undefined) return;
  throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(small.size),
    MinSizeAllowed: String(smallestPart),
    PartNumber: String(small.number),
    ETag: small.etag,
  });
}

function toDraft(upload: Upload, parts: Part[], sequence: number): ObjectDraft {
  const { algorithm, type } = upload.checksum ?? { algorithm: defaultAlgorithm, type: 'FULL_OBJECT' };
  const sums = parts.map(({ checksums, size }) => ({ checksum: checksums[algorithm] ?? '', size }));
  const etags = Buffer.from(parts.map((part) => part.etag).join(''), 'hex');
  return {
    headers: upload.headers,
    key: upload.key,
    uploadId: upload.uploadId,
    encryption: upload.encryption,
    sequence,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `${createHash('md5').update(etags).digest('hex')}-${parts.length}`,
    segments: parts.map((part) => part.segment),
    checksum: combineParts(algorithm, type, sums),
  };
}

/** Checks what the client states about the whole object. @throws S3Error BadDigest, InvalidRequest */
function checkExpectations(headers: Map<string, string>, { size, checksum }: ObjectDraft): void {
  const stated = headers.get('x-amz-mp-object-size');
  if (stated !== undefined && stated !== String(size)) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${stated} does not match ${size}.`,
    );
  }
  const type = headers.get('x-amz-checksum-type');
  if (type !== undefined && type !== checksum.type) {
    throw new S3Error('BadDigest', `The checksum type ${type} does not match that of the upload, ${checksum.type}.`);
  }
  for (const algorithm of checksumAlgorithms) {
    const value = headers.get(headerOf(algorithm));
    if (value !== undefined && (algorithm !== checksum.algorithm || !agrees(value, checksum)))
      throw badChecksum(algorithm);
  }
}

/** A client may leave out the number of parts after a checksum of checksums. */
function agrees(value: string, checksum: Checksum): boolean {
  return value === checksum.value || value === checksum.value.split('-')[0];
}
