import { S3Error } from './errors.ts';

const reservedPrefix = /^(xn--|sthree-|amzn-s3-demo-)/;
const reservedSuffix = /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;
const address = /^\d+\.\d+\.\d+\.\d+$/;
const longestKey = 1024;

/** Enforces the naming rules of general purpose buckets. @throws S3Error InvalidBucketName */
export function checkBucketName(name: string): void {
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
  if (wellFormed && !address.test(name) && !reservedPrefix.test(name) && !reservedSuffix.test(name)) return;
  throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
}

/** A key is at most 1,024 bytes of UTF-8. @throws S3Error KeyTooLongError */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= longestKey) return;
  const fields = { Size: String(size), MaxSizeAllowed: String(longestKey) };
  throw new S3Error('KeyTooLongError', 'Your key is too long', fields);
}
