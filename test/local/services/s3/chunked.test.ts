import { expect, test } from 'vitest';
import { decodeChunked } from '../../../../local/services/s3/chunked.ts';
import { S3Error } from '../../../../local/services/s3/errors.ts';
import { bytes } from './server.ts';

async function decode(framed: Buffer, pieceSize: number): Promise<{ payload: Buffer; trailers: Map<string, string> }> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let start = 0; start < framed.length; start += pieceSize) yield framed.subarray(start, start + pieceSize);
  }
  const trailers = new Map<string, string>();
  const payload: Buffer[] = [];
  for await (const piece of decodeChunked(pieces(), trailers)) payload.push(piece);
  return { payload: Buffer.concat(payload), trailers };
}

function frame(chunks: Buffer[], extension: string, trailer: string): Buffer {
  const framed = [...chunks, Buffer.alloc(0)].flatMap((chunk) => {
    const head = `${chunk.length.toString(16)}${extension}\r\n`;
    return [Buffer.from(head), chunk, Buffer.from(chunk.length === 0 ? '' : '\r\n')];
  });
  return Buffer.concat([...framed, Buffer.from(`${trailer}\r\n`)]);
}

const content = bytes(20_000);
const chunks = [content.subarray(0, 9000), content.subarray(9000, 18_000), content.subarray(18_000)];
const signature = `;chunk-signature=${'ab'.repeat(32)}`;

test.each([
  ['unsigned', '', 'x-amz-checksum-crc32:AAAA==\r\n'],
  ['signed', signature, ''],
  ['signed with trailers', signature, 'x-amz-checksum-crc32: AAAA==\r\nx-amz-trailer-signature:00\r\n'],
])('%s framing comes off, wherever the network cuts it', async (_, extension, trailer) => {
  const framed = frame(chunks, extension, trailer);
  for (const pieceSize of [1, 2, 7, 4096, framed.length]) {
    const { payload, trailers } = await decode(framed, pieceSize);
    expect(payload.equals(content)).toBe(true);
    expect(trailers.get('x-amz-checksum-crc32')).toBe(trailer === '' ? undefined : 'AAAA==');
  }
});

test('an empty payload is one chunk of size 0', async () => {
  expect((await decode(frame([], '', ''), 3)).payload).toHaveLength(0);
});

test.each([
  ['cut off inside a chunk', Buffer.from('5\r\nab'), 'IncompleteBody'],
  ['cut off before the last chunk', Buffer.from('2\r\nab\r\n'), 'IncompleteBody'],
  ['a size that is no number', Buffer.from('zz\r\nab\r\n0\r\n\r\n'), 'IncompleteBody'],
  ['a chunk longer than it says', Buffer.from('1\r\nab\r\n0\r\n\r\n'), 'IncompleteBody'],
  ['a line without end', Buffer.alloc(10_000, 'a'), 'IncompleteBody'],
  ['a trailer without colon', Buffer.from('0\r\nnonsense\r\n\r\n'), 'MalformedTrailerError'],
  ['a small chunk before the last', frame([bytes(100), bytes(100)], '', ''), 'InvalidChunkSizeError'],
])('%s is refused', async (_, framed, code) => {
  const error: unknown = await decode(framed, 50).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(S3Error);
  expect(error).toMatchObject({ code });
});
