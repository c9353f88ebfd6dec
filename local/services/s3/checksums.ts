import { createHash } from 'node:crypto';
import { type Crc, combineCrc, crc32cHasher, crc32Hasher, crc64nvmeHasher, type Hasher } from './crc.ts';
import { notImplemented, S3Error } from './errors.ts';

export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

const algorithms = {
  CRC32: { bytes: 4, hasher: crc32Hasher, types: ['COMPOSITE', 'FULL_OBJECT'] },
  CRC32C: { bytes: 4, hasher: crc32cHasher, types: ['COMPOSITE', 'FULL_OBJECT'] },
  CRC64NVME: { bytes: 8, hasher: crc64nvmeHasher, types: ['FULL_OBJECT'] },
  SHA1: { bytes: 20, hasher: () => digest('sha1'), types: ['COMPOSITE'] },
  SHA256: { bytes: 32, hasher: () => digest('sha256'), types: ['COMPOSITE'] },
} as const satisfies Record<string, { bytes: number; hasher: () => Hasher; types: ChecksumType[] }>;

export type ChecksumAlgorithm = keyof typeof algorithms;

/** The checksum of a stored object; `value` is base64, followed by `-<parts>` when it is a checksum of checksums. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
  type: ChecksumType;
}

/** The algorithm that S3 uses when the client names none. */
export const defaultAlgorithm = 'CRC64NVME' satisfies ChecksumAlgorithm;

export const checksumAlgorithms = Object.keys(algorithms) as ChecksumAlgorithm[];
export const checksumHeaders = checksumAlgorithms.map(headerOf);

export function hasherOf(algorithm: ChecksumAlgorithm): Hasher {
  return algorithms[algorithm].hasher();
}

export function digest(name: 'md5' | 'sha1' | 'sha256'): Hasher {
  const hash = createHash(name);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
}

/** The header that carries a checksum, e.g. `x-amz-checksum-crc32`. */
export function headerOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The element that carries a checksum, e.g. `ChecksumCRC32`. */
export function elementOf(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** @throws S3Error InvalidRequest when S3 knows no such algorithm, NotImplemented when this stand-in does not */
export function toAlgorithm(name: string): ChecksumAlgorithm {
  const known = checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (known !== undefined) return known;
  if (/^(sha512|md5|xxhash\w+)$/i.test(name)) throw notImplemented(`Checksum algorithm ${name}`);
  throw new S3Error('InvalidRequest', `Checksum algorithm provided is unsupported: ${name}`);
}

/** The type of a multipart upload's checksum: the one asked for, else S3's default for the algorithm. */
export function toChecksumType(algorithm: ChecksumAlgorithm, asked: string | undefined): ChecksumType {
  const types: readonly ChecksumType[] = algorithms[algorithm].types;
  const type = asked === undefined ? types[0] : types.find((known) => known === asked);
  if (type !== undefined) return type;
  const message = `The ${asked} checksum type cannot be used with the ${algorithm} checksum algorithm.`;
  throw new S3Error('InvalidRequest', message);
}

/** @throws S3Error InvalidRequest when the value cannot be a checksum of the algorithm */
export function checkForm(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === algorithms[algorithm].bytes && bytes.toString('base64') === value) return value;
  throw new S3Error('InvalidRequest', `Value for ${headerOf(algorithm)} header is invalid.`);
}

export function badChecksum(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** The headers that show an object's checksum in an answer. */
export function checksumHeadersOf({ algorithm, value, type }: Checksum): Record<string, string> {
  return { [headerOf(algorithm)]: value, 'x-amz-checksum-type': type };
}

/** The checksum of a multipart object from those of its parts, given in order with their sizes in bytes. */
export function combineParts(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: { checksum: string; size: number }[],
): Checksum {
  const values = parts.map((part) => Buffer.from(part.checksum, 'base64'));
  if (type === 'COMPOSITE') {
    const hasher = hasherOf(algorithm);
    hasher.update(Buffer.concat(values));
    return { algorithm, type, value: `${hasher.digest().toString('base64')}-${parts.length}` };
  }
  const crc = toCrc(algorithm);
  const whole = values.reduce((sum, value, index) => combineCrc(crc, sum, value, parts[index]?.size ?? 0));
  return { algorithm, type, value: whole.toString('base64') };
}

function toCrc(algorithm: ChecksumAlgorithm): Crc {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') throw new Error(`${algorithm} cannot be combined`);
  return algorithm;
}
