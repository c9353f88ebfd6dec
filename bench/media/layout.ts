/** A file of which only those bytes exist that are read. */
export interface LongFile {
  size: number;
  read: (start: number, end: number) => Uint8Array;
}

/** Units of the same size, one after the other, each made when it is read. */
export interface Repeated {
  count: number;
  bytes: number;
  make(n: number): Uint8Array;
}

/** Parts one behind the other. */
export function layOut(...parts: (Uint8Array | Repeated)[]): LongFile {
  const units = parts.map((part) => (part instanceof Uint8Array ? once(part) : part));
  const size = units.reduce((sum, { count, bytes }) => sum + count * bytes, 0);
  return {
    size,
    read(start, end) {
      const bytes = new Uint8Array(end - start);
      let at = 0;
      for (const unit of units) {
        const first = Math.max(0, Math.floor((start - at) / unit.bytes));
        const behind = Math.min(unit.count, Math.ceil((end - at) / unit.bytes));
        for (let n = first; n < behind; n += 1) {
          const from = at + n * unit.bytes;
          const part = unit.make(n).subarray(Math.max(0, start - from), end - from);
          bytes.set(part, Math.max(0, from - start));
        }
        at += unit.count * unit.bytes;
      }
      return bytes;
    },
  };
}

function once(part: Uint8Array): Repeated {
  return { count: part.length > 0 ? 1 : 0, bytes: Math.max(1, part.length), make: () => part };
}

/** Zeros where the middle of a file is never read. */
export function zeros(length: number): Repeated {
  const bytes = 65_536;
  const page = new Uint8Array(bytes);
  return { count: Math.ceil(length / bytes), bytes, make: () => page };
}

export function join(...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array {
  const arrays = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part)));
  return new Uint8Array(Buffer.concat(arrays));
}

/** A number in so many bytes, the highest first. */
export function big(value: number, bytes = 4): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, n) => Math.floor(value / 256 ** (bytes - 1 - n)) % 256);
}

/** A number in so many bytes, the lowest first. */
export function little(value: number, bytes = 4): Uint8Array {
  return big(value, bytes).reverse();
}
