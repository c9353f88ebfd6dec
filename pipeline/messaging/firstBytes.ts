import type { FileType } from './attachment.ts';

/** As many of a file's first bytes tell its type. */
export const firstBytes = 1_024;

/** HEIC is a kind of a container that AVIF and videos use too: one of its brands must be one of these. Source: ISO/IEC 23008-12. */
const heicBrands: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis']);

const looks: Readonly<Record<FileType, (bytes: Uint8Array) => boolean>> = {
  'application/pdf': (bytes) => begins(bytes, [0x25, 0x50, 0x44, 0x46, 0x2d]),
  'image/jpeg': (bytes) => begins(bytes, [0xff, 0xd8, 0xff]),
  'image/png': (bytes) => begins(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  'image/heic': isHeic,
};

/** Whether a file that begins so can be of the type that it is said to be. It may be broken further on. */
export function isOfType(contentType: FileType, bytes: Uint8Array): boolean {
  return looks[contentType](bytes);
}

function begins(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

/** The first box must name its brands: the major one, a version, and those that the file is compatible with. */
function isHeic(bytes: Uint8Array): boolean {
  if (bytes.length < 16 || word(bytes, 4) !== 'ftyp') return false;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (size < 16 || size > bytes.length || size % 4 !== 0) return false;
  const places = [8, ...Array.from({ length: (size - 16) / 4 }, (_, n) => 16 + 4 * n)];
  return places.some((at) => heicBrands.has(word(bytes, at)));
}

function word(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
