import type { IncomingMessage } from 'node:http';
import { type Call, type JsonObject, type JsonService, NotImplemented, ServiceError } from './jsonService.ts';

/** The largest request that any of the JSON services takes (DynamoDB). */
const BODY_LIMIT = 16 * 1024 * 1024;

/** As it would stand in the header. */
export function signerIn(url: string): string {
  return `Credential=${new URL(url, 'http://localhost').searchParams.get('X-Amz-Credential') ?? ''}`;
}

export function checkProtocol(service: JsonService, request: IncomingMessage): void {
  const expected = `application/x-amz-json-${service.protocol}`;
  const given = request.headers['content-type']?.split(';')[0]?.trim();
  if (request.method !== 'POST' || given !== expected) {
    throw new NotImplemented(`${request.method} with content type ${given} for ${service.target} (${expected})`);
  }
}

/**
 * The caller and the region it believes it calls, from `Credential=<key id>/<date>/<region>/<service>/aws4_request`.
 */
export function caller(authorization: string | undefined): Call {
  if (!authorization) {
    throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const { accessKeyId, region } = scopeOf(authorization) ?? {};
  if (accessKeyId === undefined || region === undefined) {
    throw new ServiceError('IncompleteSignature', 'Authorization header has no credential scope', 403);
  }
  return { accessKeyId, region };
}

export function scopeOf(authorization = ''): (Call & { scope: string }) | undefined {
  const credential = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization);
  const [, accessKeyId, region, scope] = credential ?? [];
  return accessKeyId && region && scope ? { accessKeyId, region, scope } : undefined;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk);
  }
  if (length > BODY_LIMIT) throw new ServiceError('RequestEntityTooLarge', `more than ${BODY_LIMIT} bytes`, 413);
  return Buffer.concat(chunks);
}

export function parse(body: Buffer): JsonObject {
  let input: unknown;
  try {
    input = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ServiceError('SerializationException', 'The request body is not a JSON object');
  }
  return input as JsonObject;
}
