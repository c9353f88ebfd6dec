import { createHash } from 'node:crypto';
import type { Call, Reply } from './call.ts';
import { type ChecksumAlgorithm, defaultAlgorithm, headerOf, toAlgorithm, toChecksumType } from './checksums.ts';
import type { Context } from './context.ts';
import { toDescription } from './description.ts';
import { encryptionHeaders, etagOf, requestedEncryption } from './encryption.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { Part, Upload } from './model.ts';
import { checkKey } from './names.ts';
import { keeping } from './objects.ts';
import { type Received, receive } from './payload.ts';
import { toXml } from './xml.ts';

const mostParts = 10_000;

export function createMultipartUpload({ store, region }: Context, call: Call): Reply {
  const { key, headers } = call;
  const bucket = store.bucket(call.bucket);
  checkKey(key);
  const checksum = askedChecksum(headers);
  const upload: Upload = {
    bucket: bucket.name,
    key,
    uploadId: createHash('sha256').update(`${bucket.name}\n${key}\n${store.nextSequence()}`).digest('hex'),
    headers: toDescription(headers),
    encryption: requestedEncryption(headers, region),
    ...(checksum === undefined ? {} : { checksum }),
    parts: {},
  };
  store.saveUpload(bucket, upload);
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(upload.encryption, true),
      'x-amz-checksum-algorithm': checksum?.algorithm,
      'x-amz-checksum-type': checksum?.type,
    },
    xml: toXml('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: upload.uploadId }),
  };
}

function askedChecksum(headers: Map<string, string>): Upload['checksum'] {
  const name = headers.get('x-amz-checksum-algorithm');
  const type = headers.get('x-amz-checksum-type');
  if (name === undefined && type === undefined) return undefined;
  if (name === undefined) {
    throw new S3Error('InvalidRequest', 'x-amz-checksum-type can only be used with x-amz-checksum-algorithm.');
  }
  const algorithm = toAlgorithm(name);
  return { algorithm, type: toChecksumType(algorithm, type) };
}

export async function uploadPart(context: Context, call: Call): Promise<Reply> {
  const { upload } = uploadOf(context, call);
  const number = partNumberOf(call);
  const received = await receive(call, context.store.contents, wanted(upload));
  const part = keeping(context, received, () => {
    refuseOtherAlgorithm(upload, received.given);
    return savePart(context, call, number, received);
  });
  const { given } = received;
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.encryption),
      ...(given === undefined ? {} : { [headerOf(given)]: part.checksums[given] }),
    },
  };
}

/** The checksum that every part needs, so that the object's own can be made from them. */
function wanted(upload: Upload): ChecksumAlgorithm[] {
  return [upload.checksum?.algorithm ?? defaultAlgorithm];
}

/** A part may leave out its checksum only when the object's is not made from those of the parts. */
function refuseOtherAlgorithm({ checksum }: Upload, given: ChecksumAlgorithm | undefined): void {
  if (checksum === undefined || given === checksum.algorithm) return;
  if (given === undefined && checksum.type === 'FULL_OBJECT') return;
  const expected = `expected checksum Type: ${checksum.algorithm.toLowerCase()}`;
  const actual = `actual checksum Type: ${given?.toLowerCase() ?? 'null'}`;
  throw new S3Error('InvalidRequest', `Checksum Type mismatch occurred, ${expected}, ${actual}`);
}

/** Puts the part in its place; the upload may have ended while its bytes came in. */
function savePart(context: Context, call: Call, number: number, received: Received): Part {
  const { store } = context;
  const { bucket, upload } = uploadOf(context, call);
  const part: Part = {
    number,
    etag: etagOf(received.md5, upload.encryption, store.nextSequence()),
    size: received.size,
    lastModified: store.now(),
    segment: received.segment,
    checksums: Object.fromEntries(received.checksums),
  };
  const replaced = upload.parts[number];
  upload.parts[number] = part;
  store.saveUpload(bucket, upload);
  if (replaced !== undefined) store.contents.remove([replaced.segment]);
  return part;
}

export function abortMultipartUpload(context: Context, call: Call): Reply {
  const { bucket, upload } = uploadOf(context, call);
  context.store.abortUpload(bucket, upload);
  return { status: 204 };
}

/** @throws S3Error NoSuchUpload */
export function uploadOf({ store }: Context, call: Call) {
  const bucket = store.bucket(call.bucket);
  return { bucket, upload: store.upload(bucket, call.key, call.query.get('uploadId') ?? '') };
}

function partNumberOf(call: Call): number {
  const text = call.query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= mostParts) return number;
  const message = `Part number must be an integer between 1 and ${mostParts}, inclusive`;
  throw invalidArgument(message, 'partNumber', text);
}
