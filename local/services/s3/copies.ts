import { type Call, decode, type Reply } from './call.ts';
import { checksumAlgorithms, digest, elementOf, hasherOf, toAlgorithm, type ChecksumAlgorithm } from './checksums.ts';
import { checkWrite, isNotModified, type Span } from './conditions.ts';
import type { Context } from './context.ts';
import { toDescription, versionHeader } from './description.ts';
import { encryptionHeaders, encryptionRequestHeaders, etagOf, requestedEncryption } from './encryption.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { Description, ObjectVersion } from './model.ts';
import { checkKey } from './names.ts';
import { keeping } from './objects.ts';
import type { Received } from './payload.ts';
import { toXml } from './xml.ts';

const largestCopy = 5 * 1024 ** 3;

export const sourceHeaders = [
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-unmodified-since',
];

export async function copyObject(context: Context, call: Call): Promise<Reply> {
  const { store, region } = context;
  const { key, headers } = call;
  checkKey(key);
  const { configurations } = store.bucket(call.bucket);
  const source = copySource(context, call);
  const description = copiedDescription(call, source.object);
  refuseNoChange(call, source);
  if (source.object.size > largestCopy) {
    throw new S3Error(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size: 5368709120',
    );
  }
  const encryption = requestedEncryption(headers, configurations['encryption'], region);
  const asked = headers.get('x-amz-checksum-algorithm');
  const algorithm = asked === undefined ? source.object.checksum.algorithm : toAlgorithm(asked);
  const copied = await copyBytes(context, source.object, { start: 0, end: source.object.size }, [algorithm]);
  return keeping(context, copied, () => {
    const bucket = store.bucket(call.bucket);
    checkWrite(headers, key, store.current(bucket, key));
    const sequence = store.nextSequence();
    const draft = {
      ...description,
      key,
      sequence,
      encryption,
      size: copied.size,
      etag: etagOf(copied.md5, encryption, sequence),
      segments: [copied.segment],
      checksum: { algorithm, type: 'FULL_OBJECT' as const, value: copied.checksums.get(algorithm) ?? '' },
    };
    const object = store.putObject(bucket, draft, 'CopyObject');
    return {
      status: 200,
      headers: {
        ...versionHeader(bucket, object.versionId),
        ...encryptionHeaders(encryption, true),
        ...source.headers,
      },
      xml: toXml('CopyObjectResult', {
        LastModified: new Date(object.lastModified).toISOString(),
        ETag: `"${object.etag}"`,
        [elementOf(algorithm)]: object.checksum.value,
        ChecksumType: object.checksum.type,
      }),
    };
  });
}

export interface Source {
  object: ObjectVersion;
  versionId: string | undefined;
  /** The answer's headers about the source. */
  headers: Record<string, string | undefined>;
}

/** The object that `x-amz-copy-source` names: `bucket/key`, percent-encoded, with `?versionId=` for a version of it. */
export function copySource({ store }: Context, call: Call): Source {
  const header = call.headers.get('x-amz-copy-source') ?? '';
  const [, encodedName = '', versionId] = /^\/?(.*?)(?:\?versionId=(.*))?$/.exec(header) ?? [];
  const [, bucketName = '', key = ''] = /^([^/]+)\/(.+)$/s.exec(decode(encodedName)) ?? [];
  if (key === '') {
    throw invalidArgument('Copy Source must mention the source bucket and key', 'x-amz-copy-source', header);
  }
  const bucket = store.bucket(bucketName);
  if (versionId !== undefined && store.version(bucket, key, versionId)?.kind === 'marker') {
    const message = 'The source of a copy request may not specifically refer to a delete marker by version id.';
    throw new S3Error('InvalidRequest', message);
  }
  const object = store.object(bucket, key, versionId);
  if (isNotModified(call.headers, object, 'x-amz-copy-source-')) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  const { 'x-amz-version-id': sourceVersion } = versionHeader(bucket, object.versionId);
  return { object, versionId, headers: { 'x-amz-copy-source-version-id': sourceVersion } };
}

/** Copies the bytes of a span and computes their digests. */
export async function copyBytes(
  { store: { contents } }: Context,
  source: ObjectVersion,
  { start, end }: Span,
  algorithms: ChecksumAlgorithm[],
): Promise<Received> {
  const md5 = digest('md5');
  const hashes = checksumAlgorithms
    .filter((name) => algorithms.includes(name))
    .map((name) => [name, hasherOf(name)] as const);
  const writer = await contents.create();
  try {
    for await (const chunk of contents.read(source.segments, start, end)) {
      md5.update(chunk);
      for (const [, hash] of hashes) hash.update(chunk);
      await writer.write(chunk);
    }
    const size = end - start;
    const checksums = new Map(hashes.map(([name, hash]) => [name, hash.digest().toString('base64')]));
    return { size, md5: md5.digest().toString('hex'), checksums, segment: { blob: await writer.commit(), size } };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Metadata and tags are copied unless their directive says REPLACE. */
function copiedDescription(call: Call, source: ObjectVersion): Description {
  const sent = toDescription(call.headers);
  const metadata = replaces(call, 'x-amz-metadata-directive') ? sent : source;
  const { tags } = replaces(call, 'x-amz-tagging-directive') ? sent : source;
  return { headers: metadata.headers, metadata: metadata.metadata, tags };
}

function replaces(call: Call, header: string): boolean {
  const directive = call.headers.get(header) ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE';
  throw invalidArgument('Unknown directive', header, directive);
}

function refuseNoChange(call: Call, { object, versionId }: Source): void {
  const onItself = object.bucket === call.bucket && object.key === call.key && versionId === undefined;
  const changed =
    replaces(call, 'x-amz-metadata-directive') || encryptionRequestHeaders.some((name) => call.headers.has(name));
  if (!onItself || changed) return;
  const message =
    'This copy request is illegal: it copies an object to itself without changing metadata or encryption.';
  throw new S3Error('InvalidRequest', message);
}
