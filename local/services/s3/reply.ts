import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reply } from './call.ts';
import { S3Error } from './errors.ts';
import { toErrorXml } from './xml.ts';

/** Writes an answer. A client that leaves halfway is not an error of the server. */
export async function send(response: ServerResponse, reply: Reply, method: string): Promise<void> {
  for (const [name, value] of Object.entries({ ...requestIds(), ...reply.headers })) {
    if (value !== undefined) response.setHeader(name, value);
  }
  if (reply.xml !== undefined && method !== 'HEAD') {
    if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/xml');
    response.setHeader('content-length', Buffer.byteLength(reply.xml));
  }
  response.writeHead(reply.status);
  if (method === 'HEAD') response.end();
  else if (reply.body === undefined) response.end(reply.xml);
  else await pipeline(Readable.from(reply.body()), response).catch(() => response.destroy());
}

/** The answer to a failure. Anything that is not an S3Error is a defect of this server, and the answer says so. */
export function toErrorReply(error: unknown, resource: string): Reply {
  const { code, status, message, fields, headers } =
    error instanceof S3Error ? error : new S3Error('InternalError', String(error));
  const requestId = newRequestId();
  return {
    status,
    headers: { ...headers, 'x-amz-request-id': requestId },
    xml: toErrorXml({ Code: code, Message: message, ...fields, Resource: resource, RequestId: requestId }),
  };
}

function requestIds(): Record<string, string> {
  return {
    server: 'AmazonS3',
    'x-amz-request-id': newRequestId(),
    'x-amz-id-2': randomBytes(32).toString('base64'),
  };
}

function newRequestId(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}
