import { Bytes, type ReadRange } from '../recording/containers/bytes.ts';
import { readContainer } from '../recording/containers/container.ts';
import { type MediaFacts, toFacts } from '../recording/media.ts';

/**
 * Reads a recording by ranges of bytes: a bounded number of them, whatever its size. Undefined when the bytes are no
 * media.
 * @throws PipelineError UnsupportedMedia when they are damaged media; errors of `read` pass
 */
export async function probeMedia(size: number, read: ReadRange): Promise<MediaFacts | undefined> {
  const contents = await readContainer(new Bytes(size, read, processorMs));
  return contents && toFacts(contents);
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
