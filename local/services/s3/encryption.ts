import { createHash } from 'node:crypto';
import { invalidArgument, notImplemented } from './errors.ts';

/** How an object would be encrypted. Nothing is encrypted here, but what was asked for is kept and shown in answers. */
export interface Encryption {
  algorithm: 'AES256' | 'aws:kms';
  keyId?: string;
  /** Base64 of a JSON object of strings. */
  context?: string;
  bucketKey?: boolean;
}

const prefix = 'x-amz-server-side-encryption';
const keyIdHeader = `${prefix}-aws-kms-key-id`;
const contextHeader = `${prefix}-context`;
const bucketKeyHeader = `${prefix}-bucket-key-enabled`;

export const encryptionRequestHeaders = [prefix, keyIdHeader, contextHeader, bucketKeyHeader];

/**
 * The encryption that the headers ask for, else SSE-S3, which S3 applies to every object.
 * @throws S3Error InvalidArgument
 */
export function requestedEncryption(headers: Map<string, string>, region: string): Encryption {
  const bucketKey = toBoolean(headers.get(bucketKeyHeader));
  const asked = headers.get(prefix);
  const ofKms = [keyIdHeader, contextHeader].find((name) => headers.has(name));
  if (ofKms !== undefined && (asked === undefined || asked === 'AES256')) {
    throw needsKms(ofKms, headers.get(ofKms) ?? '');
  }
  const encryption: Encryption = { algorithm: toAlgorithm(asked ?? 'AES256') };
  const [keyId, context] = [headers.get(keyIdHeader), headers.get(contextHeader)];
  if (keyId !== undefined) encryption.keyId = checkKeyId(keyId);
  if (context !== undefined) encryption.context = checkContext(context);
  if (bucketKey !== undefined) encryption.bucketKey = bucketKey;
  return complete(encryption, region);
}

/** The headers that show the encryption in an answer; only the answers to writes show the context. */
export function encryptionHeaders(encryption: Encryption, withContext = false): Record<string, string | undefined> {
  return {
    [prefix]: encryption.algorithm,
    [keyIdHeader]: encryption.keyId,
    [bucketKeyHeader]: encryption.bucketKey === true ? 'true' : undefined,
    [contextHeader]: withContext ? encryption.context : undefined,
  };
}

/**
 * The ETag of bytes that were put in one request: their MD5, except under SSE-KMS. There it depends on the write as
 * well, so that nothing can rely on equal content having equal ETags.
 */
export function etagOf(md5: string, encryption: Encryption, sequence: number): string {
  if (encryption.algorithm === 'AES256') return md5;
  return createHash('md5').update(`${sequence}\n${md5}`).digest('hex');
}

/** SSE-KMS without a key means the key that AWS manages for S3; only under SSE-KMS does a bucket key mean anything. */
function complete(encryption: Encryption, region: string): Encryption {
  if (encryption.algorithm === 'AES256') return { algorithm: 'AES256' };
  return { keyId: `arn:aws:kms:${region}:000000000000:alias/aws/s3`, ...encryption };
}

function toAlgorithm(name: string): Encryption['algorithm'] {
  if (name === 'AES256' || name === 'aws:kms') return name;
  if (name === 'aws:kms:dsse' || name === 'aws:fsx') throw notImplemented(`Encryption ${name}`);
  throw invalidArgument('The encryption method specified is not supported', prefix, name);
}

/** A key id, an alias or the ARN of either. */
function checkKeyId(keyId: string): string {
  const name = '(alias/[a-zA-Z0-9/_-]{1,250}|(key/)?[a-zA-Z0-9-]{1,128})';
  if (new RegExp(`^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:)?${name}$`).test(keyId)) return keyId;
  throw invalidArgument('The KMS key id is not valid', keyIdHeader, keyId);
}

function checkContext(context: string): string {
  let pairs: unknown;
  try {
    pairs = JSON.parse(Buffer.from(context, 'base64').toString('utf8'));
  } catch {
    pairs = undefined;
  }
  const isObject = typeof pairs === 'object' && pairs !== null && !Array.isArray(pairs);
  if (isObject && Object.values(pairs as object).every((value) => typeof value === 'string')) return context;
  throw invalidArgument('The encryption context is not base64 of a JSON object of strings', contextHeader, context);
}

function toBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw invalidArgument('Value must be true or false', bucketKeyHeader, text);
}

function needsKms(name: string, value: string): Error {
  return invalidArgument(`${name} requires server-side encryption with aws:kms`, name, value);
}
