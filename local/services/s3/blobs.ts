import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes the bytes of one blob. Exactly one of `commit` and `abort` ends it. */
export interface BlobWriter {
  write(chunk: Buffer): Promise<void>;
  /** The blob's id. From here on the blob survives a crash of the process. */
  commit(): Promise<string>;
  abort(): Promise<void>;
}

/** The store of payloads: byte strings that never change, each named by an id. */
export interface Blobs {
  create(): Promise<BlobWriter>;
  /** The bytes from `start` to `end`, exclusive. */
  read(id: string, start: number, end: number): AsyncIterable<Buffer>;
  remove(id: string): Promise<void>;
  /** Drops the blobs that a crash left behind: all except these. */
  keepOnly(ids: Set<string>): Promise<void>;
}

export function memoryBlobs(): Blobs {
  const blobs = new Map<string, Buffer[]>();
  return {
    async create() {
      const chunks: Buffer[] = [];
      return {
        write: async (chunk) => void chunks.push(chunk),
        async commit() {
          const id = randomUUID();
          blobs.set(id, chunks);
          return id;
        },
        async abort() {},
      };
    },
    async *read(id, start, end) {
      let offset = 0;
      for (const chunk of blobs.get(id) ?? missing(id)) {
        const piece = chunk.subarray(Math.max(start - offset, 0), Math.max(end - offset, 0));
        if (piece.length > 0) yield piece;
        offset += chunk.length;
      }
    },
    remove: async (id) => void blobs.delete(id),
    async keepOnly() {},
  };
}

/** One file per blob, renamed into place when complete: safe from a crash of the process, not from a power cut. */
export async function diskBlobs(directory: string): Promise<Blobs> {
  const incoming = join(directory, 'incoming');
  const complete = join(directory, 'blobs');
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });
  await mkdir(complete, { recursive: true });
  return {
    async create() {
      const id = randomUUID();
      const file = join(incoming, id);
      const handle = await open(file, 'wx');
      return {
        write: (chunk) => writeAll(handle, chunk),
        async commit() {
          await handle.close();
          await rename(file, join(complete, id));
          return id;
        },
        async abort() {
          await handle.close();
          await rm(file, { force: true });
        },
      };
    },
    async *read(id, start, end) {
      if (start >= end) return;
      const handle = await open(join(complete, id));
      yield* handle.createReadStream({ start, end: end - 1 }) as AsyncIterable<Buffer>;
    },
    remove: (id) => rm(join(complete, id), { force: true }),
    async keepOnly(ids) {
      for (const name of await readdir(complete)) {
        if (!ids.has(name)) await rm(join(complete, name), { force: true });
      }
    },
  };
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, offset);
    offset += bytesWritten;
  }
}

function missing(id: string): never {
  throw new Error(`Blob ${id} is gone`);
}
