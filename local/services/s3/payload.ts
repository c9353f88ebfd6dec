import type { Call } from './call.ts';
import {
  badChecksum,
  type ChecksumAlgorithm,
  checkForm,
  checksumAlgorithms,
  digest,
  hasherOf,
  headerOf,
} from './checksums.ts';
import { decodeChunked } from './chunked.ts';
import type { Contents, Segment } from './contents.ts';
import type { Hasher } from './crc.ts';
import { invalidArgument, notImplemented, S3Error } from './errors.ts';

/** The largest body of one request: 5 GiB. */
const largestBody = 5 * 1024 ** 3;
const largestDocument = 1024 ** 2;

/** The size and the sums of a body that has been read. */
export interface Digests {
  size: number;
  /** Hex. */
  md5: string;
  /** Base64, for every algorithm that was asked for. */
  checksums: Map<ChecksumAlgorithm, string>;
  /** The algorithm of the checksum that the client sent, which was verified. */
  given?: ChecksumAlgorithm;
}

export interface Received extends Digests {
  segment: Segment;
}

/**
 * Stores a body, unframed, and verifies its length, Content-MD5, payload hash and checksum. A body that fails leaves
 * nothing behind.
 *
 * @param also the algorithms to compute besides that of the client's own checksum
 */
export async function receive(call: Call, contents: Contents, also: ChecksumAlgorithm[]): Promise<Received> {
  const payload = openPayload(call, also);
  const writer = await contents.create();
  try {
    for await (const chunk of payload.chunks) await writer.write(chunk);
    const digests = payload.verify();
    return { ...digests, segment: { blob: await writer.commit(), size: digests.size } };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/**
 * Reads a request document of at most 1 MiB.
 * @param checksumOf `object` when the checksum headers are about an object and not about this body
 */
export async function readDocument(call: Call, checksumOf: 'body' | 'object' = 'body'): Promise<string> {
  const payload = openPayload(call, [], checksumOf === 'body');
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload.chunks) {
    size += chunk.length;
    if (size > largestDocument) throw new S3Error('MaxMessageLengthExceeded', 'Your request was too big.');
    pieces.push(chunk);
  }
  payload.verify();
  return Buffer.concat(pieces).toString('utf8');
}

interface Payload {
  chunks: AsyncIterable<Buffer>;
  /** Call it when all chunks have been taken. */
  verify(): Digests;
}

function openPayload(call: Call, also: ChecksumAlgorithm[], checksummed = true): Payload {
  const claims = readClaims(call.headers, checksummed);
  const trailers = new Map<string, string>();
  const body = claims.framed ? decodeChunked(call.body, trailers) : call.body;
  const sums = new Sums(claims, also);
  return {
    chunks: summed(body, sums, claims.size),
    verify: () => verify(claims, trailers, sums),
  };
}

/** The body as the headers announce it. */
interface Claims {
  /** Whether it comes as `aws-chunked`. */
  framed: boolean;
  /** Bytes of the payload, framing not counted. */
  size: number;
  checksum: GivenChecksum | undefined;
  /** The payload hash that was signed, hex. */
  sha256: string | undefined;
  /** Base64. */
  md5: string | undefined;
}

function readClaims(headers: Map<string, string>, checksummed: boolean): Claims {
  const framed = isFramed(headers);
  return {
    framed,
    size: declaredSize(headers, framed),
    checksum: checksummed ? givenChecksum(headers) : undefined,
    sha256: expectedHash(headers),
    md5: headers.get('content-md5'),
  };
}

/** The sums of a body, computed while it is read. */
class Sums {
  size = 0;
  readonly md5 = digest('md5');
  readonly sha256: Hasher | undefined;
  readonly checksums: Map<ChecksumAlgorithm, Hasher>;

  constructor({ sha256, checksum }: Claims, also: ChecksumAlgorithm[]) {
    this.sha256 = sha256 === undefined ? undefined : digest('sha256');
    const wanted = new Set(checksum === undefined ? also : [checksum.algorithm, ...also]);
    this.checksums = new Map([...wanted].map((algorithm) => [algorithm, hasherOf(algorithm)]));
  }

  add(chunk: Buffer): void {
    this.size += chunk.length;
    this.md5.update(chunk);
    this.sha256?.update(chunk);
    for (const hasher of this.checksums.values()) hasher.update(chunk);
  }
}

async function* summed(
  body: AsyncIterable<Buffer>,
  sums: Sums,
  declared: number,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of body) {
    sums.add(chunk);
    if (sums.size > declared) throw incomplete();
    yield chunk;
  }
}

/** Compares the claims with the body that came. The trailers have come by now. */
function verify(claims: Claims, trailers: Map<string, string>, sums: Sums): Digests {
  if (sums.size !== claims.size) throw incomplete();
  const md5 = sums.md5.digest();
  checkMd5(claims.md5, md5);
  if (sums.sha256 !== undefined) checkHash(claims.sha256, sums.sha256.digest());
  const checksums = new Map([...sums.checksums].map(([name, hasher]) => [name, hasher.digest().toString('base64')]));
  const digests = { size: sums.size, md5: md5.toString('hex'), checksums };
  if (claims.checksum === undefined) return digests;
  const { algorithm, value = trailers.get(headerOf(algorithm)) ?? missingTrailer() } = claims.checksum;
  if (checksums.get(algorithm) !== checkForm(algorithm, value)) throw badChecksum(algorithm);
  return { ...digests, given: algorithm };
}

/** The checksum the client sends, in a header or, when `value` is absent, in a trailer. */
interface GivenChecksum {
  algorithm: ChecksumAlgorithm;
  value?: string;
}

function givenChecksum(headers: Map<string, string>): GivenChecksum | undefined {
  const sent = checksumAlgorithms.filter((algorithm) => headers.has(headerOf(algorithm)));
  const trailer = headers.get('x-amz-trailer')?.toLowerCase();
  const inTrailer = checksumAlgorithms.find((algorithm) => headerOf(algorithm) === trailer);
  if (trailer !== undefined && inTrailer === undefined) throw notImplemented(`Trailer ${trailer}`);
  if (sent.length + (inTrailer === undefined ? 0 : 1) > 1) {
    const message = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    throw new S3Error('InvalidRequest', message);
  }
  if (inTrailer !== undefined) return { algorithm: inTrailer };
  const [algorithm] = sent;
  if (algorithm !== undefined) return { algorithm, value: headers.get(headerOf(algorithm)) ?? '' };
  if (!headers.has('x-amz-sdk-checksum-algorithm')) return undefined;
  const message = 'x-amz-sdk-checksum-algorithm specified, but no corresponding checksum header or trailer was found.';
  throw new S3Error('InvalidRequest', message);
}

function isFramed(headers: Map<string, string>): boolean {
  const streaming = headers.get('x-amz-content-sha256')?.startsWith('STREAMING-') === true;
  const encoded = headers.get('content-encoding')?.includes('aws-chunked') === true;
  if (encoded && !streaming) throw notImplemented('Content-Encoding aws-chunked without a streaming payload hash');
  if (!streaming && headers.has('x-amz-trailer')) throw notImplemented('x-amz-trailer without aws-chunked');
  return streaming;
}

function declaredSize(headers: Map<string, string>, framed: boolean): number {
  if (!framed && headers.has('transfer-encoding')) throw notImplemented('Transfer-Encoding without aws-chunked');
  const declared = headers.get(framed ? 'x-amz-decoded-content-length' : 'content-length');
  if (declared === undefined || !/^\d+$/.test(declared)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(declared) > largestBody) {
    const fields = { ProposedSize: declared, MaxSizeAllowed: String(largestBody) };
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', fields);
  }
  return Number(declared);
}

function expectedHash(headers: Map<string, string>): string | undefined {
  const hash = headers.get('x-amz-content-sha256');
  if (hash === undefined || hash === 'UNSIGNED-PAYLOAD') return undefined;
  if (/^STREAMING-(UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?)$/.test(hash)) return undefined;
  if (hash.startsWith('STREAMING-')) throw notImplemented(`Payload ${hash}`);
  if (/^[\da-f]{64}$/.test(hash)) return hash;
  throw invalidArgument('x-amz-content-sha256 is not a valid payload hash', 'x-amz-content-sha256', hash);
}

function checkHash(sent: string | undefined, hash: Buffer): void {
  if (sent === hash.toString('hex')) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new S3Error('XAmzContentSHA256Mismatch', message);
}

function checkMd5(sent: string | undefined, md5: Buffer): void {
  if (sent === undefined) return;
  if (Buffer.from(sent, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (sent === md5.toString('base64')) return;
  throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function incomplete(): S3Error {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
  return new S3Error('IncompleteBody', message);
}

function missingTrailer(): never {
  throw new S3Error('MalformedTrailerError', 'The trailer announced in x-amz-trailer was not sent.');
}
