import { createHash, createHmac } from 'node:crypto';
import type { Call } from './call.ts';

/** The signature (version 4) that a presigned URL must have, as hex. */
export function signatureOf(
  { method, resource, query, headers }: Call,
  credential: string,
  signedHeaders: readonly string[],
  secret: string,
): string {
  const [, day = '', region = '', service = '', end = ''] = credential.split('/');
  const canonical = [
    method,
    // S3 signs the path as it was encoded once.
    resource.split('/').map(encodeOnce).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${(headers.get(name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
  const text = [
    'AWS4-HMAC-SHA256',
    query.get('X-Amz-Date') ?? '',
    [day, region, service, end].join('/'),
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = [day, region, service, end].reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** A segment of a path, however a client has encoded it. */
function encodeOnce(segment: string): string {
  return encode(decodeURIComponent(segment));
}

/** Everything but letters, digits and `-._~` is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
