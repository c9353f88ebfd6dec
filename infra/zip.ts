import { deflateSync, Zip, ZipPassThrough } from 'fflate';

/** The times in a zip begin in 1980. A fixed time makes the same zip of the same source. */
const epoch = new Date(Date.UTC(1980, 0, 2));

/** What was deflated once is not deflated again: the functions' zips have most of their files in common. */
const deflated = new WeakMap<Uint8Array, Uint8Array>();

/** A file whose content is deflated at once, and at most once, whatever the number of zips that it goes into. */
class Deflated extends ZipPassThrough {
  override compression = 8;
  override os = 3;
  override attrs = 0o644 << 16;
  override mtime = epoch;

  protected override process(content: Uint8Array): void {
    let bytes = deflated.get(content);
    if (!bytes) deflated.set(content, (bytes = deflateSync(content, { level: 9 })));
    this.ondata(null, bytes, true);
  }
}

/** The zip of some files, by their paths in it: the same files in the same order give the same bytes. */
export function toZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const zip = new Zip((error, part) => {
    if (error) throw error;
    parts.push(part);
  });
  for (const [path, content] of files) {
    const file = new Deflated(path);
    zip.add(file);
    file.push(content, true);
  }
  zip.end();
  return Buffer.concat(parts);
}
