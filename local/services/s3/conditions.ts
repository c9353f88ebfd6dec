import { notImplemented, S3Error } from './errors.ts';
import type { ObjectVersion } from './model.ts';

/**
 * The conditions of a read, by RFC 9110's precedence: an ETag condition outweighs the date condition of its kind.
 * @returns whether the client's copy is still good; a read then answers 304
 * @throws S3Error PreconditionFailed
 */
export function isNotModified(
  headers: Map<string, string>,
  object: Pick<ObjectVersion, 'etag' | 'lastModified'>,
): boolean {
  const match = headers.get('if-match');
  const unmodifiedSince = headers.get('if-unmodified-since');
  if (match !== undefined && !matches(match, object.etag)) throw failed('If-Match');
  if (match === undefined && object.lastModified > toTime(unmodifiedSince, Number.POSITIVE_INFINITY)) {
    throw failed('If-Unmodified-Since');
  }
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) return matches(noneMatch, object.etag);
  return object.lastModified <= toTime(headers.get('if-modified-since'), Number.NEGATIVE_INFINITY);
}

function matches(condition: string, etag: string): boolean {
  return condition.trim() === '*' || condition.split(',').some((item) => item.trim().replaceAll('"', '') === etag);
}

/** A date that cannot be read counts as no condition. */
function toTime(date: string | undefined, fallback: number): number {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? fallback : time;
}

function failed(condition: string): S3Error {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new S3Error('PreconditionFailed', message, { Condition: condition });
}

/** A span of bytes; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/**
 * The bytes that a Range header asks for: `bytes=a-b`, `bytes=a-` or `bytes=-n`. A header that is not a range is
 * ignored, as HTTP requires.
 * @throws S3Error InvalidRange when no byte of the object lies in it
 */
export function toSpan(range: string | undefined, size: number): Span | undefined {
  if (range === undefined) return undefined;
  if (/^bytes=.*,/.test(range)) throw notImplemented('A Range of several parts');
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if ((first === '' && last === '') || (first !== '' && last !== '' && Number(first) > Number(last))) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start < end) return { start, end };
  const fields = { RangeRequested: range, ActualObjectSize: String(size) };
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', fields);
}
