import { crc32 } from 'node:zlib';

/** Takes the bytes piece by piece and gives the digest, big-endian. */
export interface Hasher {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

/** The reversed polynomials: every CRC of S3 is reflected, starts with all ones and ends inverted. */
const polynomials = {
  CRC32: { width: 32, polynomial: 0xedb88320n },
  CRC32C: { width: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type Crc = keyof typeof polynomials;

export function crc32Hasher(): Hasher {
  let value = 0;
  return {
    update(chunk) {
      value = crc32(chunk, value);
    },
    digest: () => unsigned32(value),
  };
}

export function crc32cHasher(): Hasher {
  const { low } = tableOf('CRC32C');
  let value = 0xffffffff;
  return {
    update(chunk) {
      for (const byte of chunk) value = (value >>> 8) ^ (low[(value ^ byte) & 0xff] ?? 0);
    },
    digest: () => unsigned32(~value >>> 0),
  };
}

/** Runs on two 32-bit halves: a BigInt for each byte would be some fifty times slower. */
export function crc64nvmeHasher(): Hasher {
  const { low, high } = tableOf('CRC64NVME');
  let lowHalf = 0xffffffff;
  let highHalf = 0xffffffff;
  return {
    update(chunk) {
      for (const byte of chunk) {
        const index = (lowHalf ^ byte) & 0xff;
        lowHalf = ((lowHalf >>> 8) | (highHalf << 24)) ^ (low[index] ?? 0);
        highHalf = (highHalf >>> 8) ^ (high[index] ?? 0);
      }
    },
    digest: () => Buffer.concat([unsigned32(~highHalf >>> 0), unsigned32(~lowHalf >>> 0)]),
  };
}

/**
 * The CRC of two byte strings joined, from the CRC of each and the length of the second. In this way S3 gets the
 * checksum of a whole multipart object without reading it again.
 */
export function combineCrc(crc: Crc, first: Buffer, second: Buffer, secondLength: number): Buffer<ArrayBuffer> {
  const { width, polynomial } = polynomials[crc];
  const shift = powerOfX(BigInt(secondLength) * 8n, width, polynomial);
  const combined = multiply(shift, toBigInt(first), width, polynomial) ^ toBigInt(second);
  return Buffer.from(combined.toString(16).padStart(width / 4, '0'), 'hex');
}

/** x to the n, modulo the polynomial; the highest bit stands for x to the 0. */
function powerOfX(n: bigint, width: number, polynomial: bigint): bigint {
  let result = 1n << BigInt(width - 1);
  let square = 1n << BigInt(width - 2);
  for (let rest = n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(square, result, width, polynomial);
    square = multiply(square, square, width, polynomial);
  }
  return result;
}

function multiply(left: bigint, right: bigint, width: number, polynomial: bigint): bigint {
  let product = 0n;
  let shifted = right;
  for (let bit = 1n << BigInt(width - 1); bit > 0n; bit >>= 1n) {
    if (left & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}

interface Table {
  low: Int32Array;
  high: Int32Array;
}

const tables = new Map<Crc, Table>();

function tableOf(crc: Crc): Table {
  const table = tables.get(crc) ?? buildTable(polynomials[crc].polynomial);
  tables.set(crc, table);
  return table;
}

function buildTable(polynomial: bigint): Table {
  const table = { low: new Int32Array(256), high: new Int32Array(256) };
  for (let index = 0; index < 256; index++) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    table.low[index] = Number(BigInt.asIntN(32, value));
    table.high[index] = Number(BigInt.asIntN(32, value >> 32n));
  }
  return table;
}

function unsigned32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}
