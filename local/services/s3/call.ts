import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';

/** A request of the S3 protocol, path-style. `bucket` and `key` are empty when the path names none. */
export interface Call {
  method: string;
  /** The path as it was sent, for error documents. */
  resource: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  /** By lower-case name. */
  headers: Map<string, string>;
  body: AsyncIterable<Buffer>;
}

/** The answer of an operation; a header or body that is undefined is left out. */
export interface Reply {
  status: number;
  headers?: Record<string, string | number | undefined>;
  xml?: string;
  /** Called once, when the answer is written. */
  body?: () => AsyncIterable<Buffer>;
}

/** @throws S3Error InvalidURI when the path is not percent-encoded UTF-8 */
export function toCall(request: IncomingMessage): Call {
  const url = request.url ?? '/';
  const [resource = '/', ...search] = url.split('?');
  // The path is split by hand: URL would resolve dot segments, which are legal in a key.
  const [, bucket = '', ...key] = resource.split('/');
  return {
    method: request.method ?? 'GET',
    resource,
    bucket: decode(bucket),
    key: decode(key.join('/')),
    query: new URLSearchParams(search.join('?')),
    headers: toHeaders(request),
    // Leaving a body unread must not close the connection: the error is still to be sent over it.
    body: request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>,
  };
}

/** A percent-encoded path or part of one. A plus sign stands for itself. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.", { URI: text });
  }
}

function toHeaders(request: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(',') : value);
  }
  return headers;
}
