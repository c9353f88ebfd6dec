import type { Call, Reply } from './call.ts';
import { elementOf } from './checksums.ts';
import type { Context } from './context.ts';
import { invalidArgument } from './errors.ts';
import { owner } from './listings.ts';
import type { Upload } from './model.ts';
import { uploadOf } from './multipart.ts';
import { toMax, toPage } from './paging.ts';
import { compareUtf8 } from './store.ts';
import { toXml } from './xml.ts';

export function listParts(context: Context, call: Call): Reply {
  const { upload } = uploadOf(context, call);
  const max = toMax(call.query, 'max-parts');
  const marker = call.query.get('part-number-marker') ?? '0';
  if (!/^\d{1,5}$/.test(marker)) throw invalidArgument('Invalid part number marker', 'part-number-marker', marker);
  const behind = Object.values(upload.parts)
    .filter((part) => part.number > Number(marker))
    .sort((left, right) => left.number - right.number);
  const parts = behind.slice(0, max);
  const truncated = max > 0 && behind.length > max;
  const algorithm = upload.checksum?.algorithm;
  return {
    status: 200,
    xml: toXml('ListPartsResult', {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: Number(marker),
      NextPartNumberMarker: truncated ? parts.at(-1)?.number : undefined,
      MaxParts: max,
      IsTruncated: truncated,
      ...described(upload),
      Part: parts.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...(algorithm === undefined ? {} : { [elementOf(algorithm)]: part.checksums[algorithm] }),
      })),
    }),
  };
}

export function listMultipartUploads({ store }: Context, call: Call): Reply {
  const { query } = call;
  const bucket = store.bucket(call.bucket);
  const filter = { prefix: query.get('prefix') ?? '', delimiter: '', max: toMax(query, 'max-uploads') };
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? undefined;
  const marked = idMarker === undefined ? undefined : bucket.uploads.get(idMarker);
  const uploads = [...bucket.uploads.values()].sort(byKeyThenAge).filter((upload) => {
    if (upload.key === keyMarker && marked?.key === keyMarker) return byKeyThenAge(upload, marked) > 0;
    return compareUtf8(upload.key, keyMarker) > 0;
  });
  const page = toPage(uploads, filter);
  return {
    status: 200,
    xml: toXml('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: keyMarker,
      UploadIdMarker: idMarker ?? '',
      NextKeyMarker: page.truncated ? page.last?.key : undefined,
      NextUploadIdMarker: page.truncated ? page.last?.item?.uploadId : undefined,
      Prefix: filter.prefix,
      MaxUploads: filter.max,
      IsTruncated: page.truncated,
      Upload: page.items.map((upload) => ({
        Key: upload.key,
        UploadId: upload.uploadId,
        Initiated: new Date(upload.initiated).toISOString(),
        ...described(upload),
      })),
    }),
  };
}

function byKeyThenAge(left: Upload, right: Upload): number {
  const age = left.initiated - right.initiated;
  return compareUtf8(left.key, right.key) || age || compareUtf8(left.uploadId, right.uploadId);
}

function described({ checksum }: Upload) {
  return {
    StorageClass: 'STANDARD',
    Initiator: owner,
    Owner: owner,
    ChecksumAlgorithm: checksum?.algorithm,
    ChecksumType: checksum?.type,
  };
}
