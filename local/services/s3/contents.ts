import type { BlobWriter, Blobs } from './blobs.ts';

/** A run of an object's bytes. An object put in one request has one, a multipart object one per part. */
export interface Segment {
  blob: string;
  /** Bytes. */
  size: number;
}

/**
 * The bytes of objects. A reader sees the object it began with to the end: a blob that is removed while it is being
 * read disappears when its last reader has left.
 */
export class Contents {
  readonly #blobs: Blobs;
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();
  readonly #removals = new Set<Promise<void>>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  create(): Promise<BlobWriter> {
    return this.#blobs.create();
  }

  /** The bytes from `start` to `end`, exclusive, of the segments one after the other. */
  async *read(segments: Segment[], start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
    for (const { blob } of segments) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1);
    try {
      let offset = 0;
      for (const { blob, size } of segments) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size);
        if (from < to) yield* this.#blobs.read(blob, from, to);
        offset += size;
      }
    } finally {
      for (const { blob } of segments) this.#leave(blob);
    }
  }

  remove(segments: Segment[]): void {
    for (const { blob } of segments) {
      if (this.#readers.has(blob)) this.#doomed.add(blob);
      else this.#delete(blob);
    }
  }

  /** Resolves when the removals under way are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#removals);
  }

  #leave(blob: string): void {
    const readers = (this.#readers.get(blob) ?? 1) - 1;
    if (readers > 0) this.#readers.set(blob, readers);
    else this.#readers.delete(blob);
    if (readers === 0 && this.#doomed.delete(blob)) this.#delete(blob);
  }

  #delete(blob: string): void {
    const removal = this.#blobs.remove(blob).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}
