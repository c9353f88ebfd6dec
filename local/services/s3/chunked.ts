import { S3Error } from './errors.ts';

const smallestChunk = 8192;
const longestLine = 4096;

/**
 * Takes the `aws-chunked` framing off a body, signed or not: `<hex size>[;chunk-signature=…]CRLF <bytes> CRLF`, ended
 * by a chunk of size 0 and the trailers. Chunk signatures are not verified, but S3's own limit is: only the last chunk
 * may be smaller than 8,192 bytes.
 *
 * @param trailers filled with the trailing headers, by lower-case name, by the time the generator ends
 * @throws S3Error IncompleteBody, InvalidChunkSizeError, MalformedTrailerError
 */
export async function* decodeChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new FrameReader(body);
  try {
    yield* readChunks(reader);
    await readTrailers(reader, trailers);
  } finally {
    await reader.leave();
  }
}

async function* readChunks(reader: FrameReader): AsyncGenerator<Buffer, void, undefined> {
  let undersized: number | undefined;
  for (let chunk = 1; ; chunk++) {
    const size = chunkSize(await reader.line());
    if (size === 0) return;
    if (undersized !== undefined) throw tooSmall(chunk - 1, undersized);
    if (size < smallestChunk) undersized = size;
    yield* reader.bytes(size);
    if ((await reader.line()) !== '') throw incomplete();
  }
}

async function readTrailers(reader: FrameReader, trailers: Map<string, string>): Promise<void> {
  for (;;) {
    const line = await reader.line();
    if (line === '') return;
    const colon = line.indexOf(':');
    if (colon < 1)
      throw new S3Error('MalformedTrailerError', 'The request contained trailing data that was not well-formed.');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function chunkSize(line: string): number {
  const size = /^([\da-f]{1,8})(;chunk-signature=[\da-f]+)?$/i.exec(line)?.[1];
  if (size === undefined) throw incomplete();
  return Number.parseInt(size, 16);
}

function tooSmall(chunk: number, size: number): S3Error {
  const fields = { Chunk: String(chunk), BadChunkSize: String(size) };
  const message = `Only the last chunk is allowed to have a size less than ${smallestChunk} bytes`;
  return new S3Error('InvalidChunkSizeError', message, fields);
}

function incomplete(): S3Error {
  return new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
}

/** Reads lines and counted bytes from a stream whose pieces may end anywhere. */
class FrameReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Buffer>) {
    this.#source = body[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    let end: number;
    while ((end = this.#rest.indexOf('\r\n')) < 0) {
      if (this.#rest.length > longestLine) throw incomplete();
      this.#rest = Buffer.concat([this.#rest, await this.#next()]);
    }
    const line = this.#rest.toString('latin1', 0, end);
    this.#rest = this.#rest.subarray(end + 2);
    return line;
  }

  async *bytes(count: number): AsyncGenerator<Buffer, void, undefined> {
    for (let missing = count; missing > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#next();
      const piece = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(piece.length);
      missing -= piece.length;
      yield piece;
    }
  }

  /** Lets go of the body, so that the rest of it can be dropped. */
  async leave(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#source.next();
    if (done === true) throw incomplete();
    return value;
  }
}
