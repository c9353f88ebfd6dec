import { PipelineError } from '../../errors.ts';

/** Reads from `start` to `end`, end exclusive. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>;

const pageBytes = 256 * 1024;

/** No container needs more than this, however long the recording is: 64 reads at 15 ms take one second. */
export const maxReads = 64;
export const maxBytesRead = 64 * 1024 ** 2;

/** Nor this much work, in milliseconds of the processor: the longest recordings take less than one second. */
export const maxWorkMs = 10_000;

/** Up to this size, a file is measured from end to end where its header cannot be trusted; above it, by samples. */
export const wholeBytes = 4 * 1024 ** 2;

/** The windows in which the end of a file is searched, each one in which the last was searched in vain. */
export const endWindows = [pageBytes, 1024 ** 2, 4 * 1024 ** 2, 16 * 1024 ** 2, 32 * 1024 ** 2];

/** The bytes of an object, read by pages. A page is read once; pages side by side are read together. */
export class Bytes {
  readonly size: number;
  readonly #read: ReadRange;
  readonly #worked: () => number;
  readonly #pages = new Map<number, Uint8Array>();
  #reads = 0;
  #bytesRead = 0;

  /** @param clock the processor's time so far, in milliseconds: waiting for the store is no work */
  constructor(size: number, read: ReadRange, clock: () => number = () => 0) {
    this.size = size;
    this.#read = read;
    const began = clock();
    this.#worked = () => clock() - began;
  }

  /**
   * The bytes from `start`, fewer than `length` where the file ends before.
   * @throws PipelineError UnsupportedMedia when a file leads on and on; errors of the store pass
   */
  async at(start: number, length: number): Promise<DataView<ArrayBuffer>> {
    if (this.#worked() > maxWorkMs) {
      throw new PipelineError(
        'UnsupportedMedia',
        `the file is too tangled: ${maxWorkMs} ms of work did not show its contents`,
      );
    }
    const from = Math.max(0, start);
    const end = Math.min(start + length, this.size);
    if (!(from < end)) return new DataView(new ArrayBuffer(0));
    const [first, last] = [Math.floor(from / pageBytes), Math.floor((end - 1) / pageBytes)];
    await this.#fill(first, last);
    const bytes = new Uint8Array(end - from);
    for (let page = first; page <= last; page += 1) {
      const offset = page * pageBytes;
      const part = this.#pages.get(page)?.subarray(Math.max(from - offset, 0), end - offset);
      if (part) bytes.set(part, Math.max(offset - from, 0));
    }
    return new DataView(bytes.buffer);
  }

  /** The last bytes before `end`. */
  before(end: number, length: number): Promise<DataView<ArrayBuffer>> {
    const start = Math.max(0, end - length);
    return this.at(start, end - start);
  }

  async #fill(first: number, last: number): Promise<void> {
    for (let page = first; page <= last; page += 1) {
      if (this.#pages.has(page)) continue;
      let next = page + 1;
      while (next <= last && !this.#pages.has(next)) next += 1;
      const start = page * pageBytes;
      const content = await this.#fetch(start, Math.min(next * pageBytes, this.size));
      for (let at = page; at < next; at += 1) {
        this.#pages.set(at, content.subarray((at - page) * pageBytes, (at - page + 1) * pageBytes));
      }
    }
  }

  #fetch(start: number, end: number): Promise<Uint8Array> {
    this.#reads += 1;
    this.#bytesRead += end - start;
    if (this.#reads > maxReads || this.#bytesRead > maxBytesRead) {
      const spent = `${this.#reads} reads or ${this.#bytesRead} bytes`;
      throw new PipelineError('UnsupportedMedia', `the file is too scattered: ${spent} did not show its contents`);
    }
    return this.#read(start, end);
  }
}

export function ascii(view: DataView, at: number, length: number): string {
  let text = '';
  for (let n = at; n < Math.min(at + length, view.byteLength); n += 1) text += String.fromCharCode(view.getUint8(n));
  return text;
}

/** A short text that ends at its first zero, or with its field. */
export function nameAt(view: DataView, at: number, length: number): string {
  const [name = ''] = ascii(view, at, Math.min(length, 64)).split('\0', 1);
  return name;
}

/** The place of these bytes at or behind `from`; -1 when they are not there. */
export function find(view: DataView, pattern: readonly number[], from = 0): number {
  const [first = 0] = pattern;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (pattern.every((value, n) => bytes[at + n] === value)) return at;
  }
  return -1;
}

export const codesOf = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

/** A number of 64 bits; those that a file cannot hold lose their last digits. */
export function u64(view: DataView, at: number, littleEndian = false): number {
  return Number(view.getBigUint64(at, littleEndian));
}
