import { type LongFile, layOut } from '../../../../bench/media/layout.ts';
import { Bytes } from '../../../../pipeline/recording/containers/bytes.ts';
import { readContainer } from '../../../../pipeline/recording/containers/container.ts';
import { type MediaFacts, toFacts } from '../../../../pipeline/recording/media.ts';

/** A file's bytes, as the containers read them. */
export function bytesOf(file: Uint8Array | LongFile): Bytes {
  const { size, read } = file instanceof Uint8Array ? layOut(file) : file;
  return new Bytes(size, async (start, end) => read(start, end));
}

/** What the pipeline makes of a file. @throws PipelineError UnsupportedMedia when it is damaged */
export async function factsOf(file: Uint8Array | LongFile): Promise<MediaFacts> {
  const contents = await readContainer(bytesOf(file));
  if (!contents) throw new Error('no media');
  return toFacts(contents);
}

/** The length that the pipeline finds, in seconds, to one decimal place. */
export async function secondsOf(file: Uint8Array | LongFile): Promise<number> {
  const { audio } = await factsOf(file);
  return Math.round((audio?.durationMs ?? 0) / 100) / 10;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The same bytes with some others in one place. */
export function patched(bytes: Uint8Array, at: number, others: Uint8Array | readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(others, at);
  return copy;
}

export const placeOf = (bytes: Uint8Array, text: string, after = 0): number =>
  Buffer.from(bytes).indexOf(text, after, 'latin1');
